package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"kabinet/internal/core/fault"
)

var errGone = fault.New(fault.Gone, "letter.expired")

func TestIs(t *testing.T) {
	t.Parallel()
	cause := errors.New("no rows")
	dressed := errGone.On("code").With("left", 3).After(time.Minute).Because(cause)
	for name, err := range map[string]error{
		"itself": errGone, "dressed": dressed, "wrapped": fmt.Errorf("try code: %w", dressed),
	} {
		if !errors.Is(err, errGone) || fault.KindOf(err) != fault.Gone {
			t.Errorf("%s is not recognised: %v", name, err)
		}
	}
	if !errors.Is(dressed, cause) {
		t.Error("the cause is lost")
	}
	if errors.Is(errGone, fault.New(fault.Gone, "letter.used")) || errors.Is(errGone, fault.New(fault.Conflict, "letter.expired")) {
		t.Error("another refusal passes for this one")
	}
	if fault.KindOf(cause) != fault.Internal {
		t.Error("an unknown error has a kind")
	}
}

func TestDressingLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	_ = errGone.On("code").With("left", 3).After(time.Minute)
	if errGone.Field != "" || errGone.Args != nil || errGone.RetryAfter != 0 {
		t.Errorf("the package variable changed: %+v", errGone)
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	var f fault.Form
	f.Check(true, "name", "x.fine")
	if f.Err() != nil {
		t.Fatal("a form without complaints is refused")
	}
	f.Check(false, "tin", "taxid.tin")
	f.Check(false, "tin", "x.second")
	f.Add("pinfl", fault.New(fault.Invalid, "taxid.pinfl", "a", 1))
	f.Add("email", nil)
	f.Add("phone", errors.New("odd"))
	got, ok := fault.ComplaintsOf(fmt.Errorf("open: %w", f.Err()))
	if !ok || len(got) != 3 {
		t.Fatalf("complaints: %+v", got)
	}
	for i, want := range []struct{ field, key string }{{"tin", "taxid.tin"}, {"pinfl", "taxid.pinfl"}, {"phone", "fault.value"}} {
		if got[i].Field != want.field || got[i].Key != want.key {
			t.Errorf("complaint %d is %+v, want %+v", i, got[i], want)
		}
	}
	if c, ok := got.On("pinfl"); !ok || len(c.Args) != 2 {
		t.Errorf("the complaint about pinfl is %+v", c)
	}
}

func TestComplaintsOfASingleFault(t *testing.T) {
	t.Parallel()
	if cs, ok := fault.ComplaintsOf(errGone.On("code")); !ok || cs[0].Key != "letter.expired" {
		t.Errorf("got %+v, %v", cs, ok)
	}
	if _, ok := fault.ComplaintsOf(errGone); ok {
		t.Error("a fault without a field is no complaint")
	}
	if _, ok := fault.ComplaintsOf(nil); ok {
		t.Error("nothing is no complaint")
	}
}
