package app

import (
	"fmt"
	"testing"

	"swage.dev/swage/cmd/swage/internal/doctor"
)

// People get one line for each result, with what to do in it; what a name brings along moves no cursor.
func TestDoctorTable(t *testing.T) {
	results := []doctor.Result{
		{Check: doctor.Registration, State: doctor.OK, Installation: "a/b", Message: "all is well"},
		{Check: doctor.Reach, State: doctor.Warning, Installation: "a/b", Message: "not\x1b[2J selected", Do: "kubectl get ns"},
		{Check: doctor.Refusals, State: doctor.Unknown, Message: "could not look"},
	}
	const want = `STATE     CHECK          MESSAGE
ok        registration   all is well
warning   reach          not [2J selected. Do: kubectl get ns
unknown   refusals       could not look
`
	if got := string(doctorTable(results)); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := doctorSummary(results); got != "1 warning, 1 unknown, 1 ok" {
		t.Errorf("got %q", got)
	}
}

// Where there are several installations each line says which it is about.
func TestDoctorTableOfSeveral(t *testing.T) {
	const want = `STATE    CHECK           INSTALLATION   MESSAGE
ok       reach           a/b            x
failed   reach           c/d            y
ok       installations   -              z
`
	got := string(doctorTable([]doctor.Result{
		{Check: doctor.Reach, State: doctor.OK, Installation: "a/b", Message: "x"},
		{Check: doctor.Reach, State: doctor.Failed, Installation: "c/d", Message: "y"},
		{Check: doctor.InstallationsCheck, State: doctor.OK, Message: "z"},
	}))
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

// A check that found very many problems tells some of them, and where the rest is.
func TestDoctorTableOfMany(t *testing.T) {
	var results []doctor.Result
	for i := range 13 {
		results = append(results, doctor.Result{Check: doctor.TemplatesLoad, State: doctor.Failed, Message: fmt.Sprint("problem ", i)})
	}
	const want = `STATE    CHECK            MESSAGE
failed   templates-load   problem 0
failed   templates-load   problem 1
failed   templates-load   problem 2
failed   templates-load   problem 3
failed   templates-load   problem 4
failed   templates-load   problem 5
failed   templates-load   problem 6
failed   templates-load   problem 7
failed   templates-load   problem 8
failed   templates-load   problem 9
failed   templates-load   and 3 more: swage doctor -o yaml has them all
`
	if got := string(doctorTable(results)); got != want {
		t.Errorf("got\n%s", got)
	}
}
