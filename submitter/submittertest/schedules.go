package submittertest

// Schedules are some that Kubernetes takes.
var Schedules = []string{
	"* * * * *", "*/5 * * * *", "0 3 * * 1-5", "0,30 8-18/2 1,15 * *", "0 0 1 jan,JUL mon", "5/15 * * * *", "? ? ? ? ?", "0 0 29 2 *", "0 0 31 * *",
	"0 0 30 2 1", "  0   0  * * *  ", "@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually", "@every 1h30m", "0 0 * * sun-sat",
}

// NoSchedules are texts that it does not take, and part of what is said of each.
// Later ones it takes, and they never come.
var NoSchedules = []struct {
	Text, Says string
	Accepted   bool // by Kubernetes
}{
	{"", "has 0 fields", false},
	{"every night", "has 2 fields", false},
	{"* * * * * *", "has 6 fields", false},
	{"60 * * * *", "the minute is \"60\": expected *, or numbers from 0 to 59", false},
	{"* 24 * * *", "the hour is", false},
	{"* * 0 * *", "the day of the month is", false},
	{"* * * 13 *", "the month is \"13\": expected *, or numbers from 1 to 12, or jan to dec", false},
	{"* * * * 7", "the day of the week is \"7\"", false},
	{"*/0 * * * *", "after the /", false},
	{"*/x * * * *", "after the /", false},
	{"5-1 * * * *", "the minute is \"5-1\"", false},
	{"1-2-3 * * * *", "the minute is", false},
	{"a * * * *", "the minute is \"a\"", false},
	{"* * * * monday", "the day of the week is \"monday\"", false},
	{"-1 * * * *", "the minute is", false},
	{"@reboot", "expected @yearly", false},
	{"@every night", "such as @every 1h30m", false},
	{"TZ=UTC 0 0 * * *", "--time-zone", false},
	{"CRON_TZ=UTC 0 0 * * *", "--time-zone", false},
	{"0 0 30 2 *", "never comes", true},
	{"0 0 31 4,6 *", "never comes", true},
	{"1,,2 * * * *", "the minute is", true},
}
