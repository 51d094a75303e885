package cardfile

import "context"

// Tidy drops old files as the job does.
func Tidy(ctx context.Context, r Runner) error { return r.tidy(ctx, TidyArgs{}) }
