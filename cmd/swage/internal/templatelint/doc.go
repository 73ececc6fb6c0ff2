// Package templatelint finds what is wrong or odd in templates and says where in
// their files. The rules about one template and about two that meet are
// podtemplate's; this package knows files, which templates can meet, and what
// shaping given pods would ignore.
package templatelint
