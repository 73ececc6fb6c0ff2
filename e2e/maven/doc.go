// Package maven brings jars of Maven Central that tests put beside Spark's own.
// Which ones, and what they must be byte for byte, says jars.txt and nothing else.
//
// Maven's ordinary client downloads them, so its settings (mirrors, proxies)
// hold. They are kept in the user's cache folder: the first call takes ten
// seconds, each later one milliseconds.
package maven
