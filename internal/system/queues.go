package system

import (
	"context"
	"slices"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
)

// Task is a kind of work that waits for the operator's staff.
type Task string

// The tasks, in the order in which people wait for them most.
const (
	Questions  Task = "support"
	Requests   Task = "requests"
	Agreements Task = "agreements"
	Cards      Task = "cards"
	SetAside   Task = "feeds" // messages of other systems that nobody could take
	FailedJobs Task = "jobs"
)

// MaxWaiting is how far a queue is counted; one beyond it says "more".
const MaxWaiting = 1000

// Queue is what waits of one task.
type Queue struct {
	Task    Task
	Waiting int       // up to MaxWaiting+1
	Late    int       // of these, beyond their deadline; 0 where there is none
	Since   time.Time // when the oldest came; zero when nothing waits
}

// need are the rights to see the page of each task and to do it.
func need() map[Task]struct{ see, do perm.Code } {
	return map[Task]struct{ see, do perm.Code }{
		Questions:  {perm.OpSupportRead, perm.OpSupportAnswer},
		Requests:   {perm.OpRequestRead, perm.OpRequestDecide},
		Agreements: {perm.OpRequestRead, perm.OpRequestDecide},
		Cards:      {perm.OpCardRead, perm.OpCardModerate},
		SetAside:   {perm.OpFeedRead, perm.OpFeedManage},
		FailedJobs: {perm.OpJobRead, perm.OpJobManage},
	}
}

// Queues are those whose pages the operator may see.
//
//gate:none each right decides about its queues; without any none is shown
func (s *Service) Queues(ctx context.Context, o actor.Operator) ([]Queue, error) {
	all, err := queues(ctx, s.DB)
	return slices.DeleteFunc(all, func(q Queue) bool { return o.Need(need()[q.Task].see) != nil }), err
}

// AllQueues are those of all tasks, for a menu that shows each reader no more than
// Mine.
//
//gate:none numbers without names
func (s *Service) AllQueues(ctx context.Context) ([]Queue, error) { return queues(ctx, s.DB) }

// Mine are the queues that the operator has the right to make shorter.
func Mine(o actor.Operator, all []Queue) []Queue {
	return slices.DeleteFunc(slices.Clone(all), func(q Queue) bool { return o.Need(need()[q.Task].do) != nil })
}
