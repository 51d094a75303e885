package archtest

// shared are views that any page may put into itself.
var shared = map[string]bool{"eds": true, "mail": true, "ui": true}

// mayUse is the list of edges between features (rule R5). An edge to add is a
// decision: think of a transaction that spans both, and of what cannot be
// changed alone any more.
var mayUse = map[string][]string{
	"invite":     {"account", "member", "notice", "org", "proof", "technical"},               // letter → person or password → active, in one transaction
	"legacy":     {"gs1prefix", "org", "productgroup"},                                       // a row is all three, in one transaction
	"me":         {"account"},                                                                // language and colours
	"onboarding": {"org"},                                                                    // the name of a legal form
	"org":        {"gs1prefix", "productgroup"},                                              // the record shows them; neither knows organizations
	"provider":   {"notice", "org", "productgroup"},                                          // both sides and their groups
	"profile":    {"account", "member", "notice", "org", "proof", "register"},                // a new director changes record and users at once
	"register":   {"org"},                                                                    // names, address and director as organizations have them
	"signin":     {"account", "member", "proof"},                                             // signature → person → where they work
	"signup":     {"account", "campaign", "member", "org", "place", "productgroup", "proof"}, // activation, in one transaction
	"staff":      {"proof", "signin"},                                                        // the same door, other people
}
