package archtest

// shared are views that any page may put into itself.
var shared = map[string]bool{"eds": true, "letter": true, "mail": true, "ui": true}

// mayUse is the list of edges between features (rule R5). An edge to add is a
// decision: think of a transaction that spans both, and of what cannot be
// changed alone any more.
var mayUse = map[string][]string{
	"apikey":       {"member", "notice"},                                                                                                    // an administrator takes the role with the key; owners are told
	"publicapi":    {"apikey", "attribute", "card", "org", "productgroup"},                                                                  // who calls, the name of a legal form, and the cards
	"access":       {"member", "notice"},                                                                                                    // a granted request gives, in one transaction
	"gs1prefix":    {"notice"},                                                                                                              // administrators are told what the operator did
	"agreement":    {"account", "enroll", "notice", "org", "productgroup", "profile", "proof"},                                              // whose it is, who signs, who is told, in one transaction
	"aic":          {"account", "document", "feed", "notice", "org", "productgroup", "proof"},                                               // what customs say, and disbanding with signature, document and word, in one transaction
	"attribute":    {"productgroup"},                                                                                                        // staff keep the attributes of each group
	"card":         {"account", "attribute", "gs1prefix", "gtinregistry", "notice", "org", "productgroup", "proof", "savedview", "workday"}, // content, number, signature, deadline and word to its writers
	"cardfile":     {"attribute", "card", "notice", "productgroup"},                                                                         // rows become drafts, in one transaction with the progress
	"document":     {"account", "card", "feed", "notice", "org", "productgroup", "proof"},                                                   // a message becomes documents; answers are signed and told of
	"enroll":       {"account", "member", "notice", "org", "place", "proof", "register"},                                                    // registration, in one transaction
	"invite":       {"account", "member", "notice", "org", "proof", "technical"},                                                            // letter → person or password → active, in one transaction
	"legacy":       {"gs1prefix", "org", "productgroup"},                                                                                    // a row is all three, in one transaction
	"maintenance":  {"notice"},                                                                                                              // a window is announced to everybody
	"me":           {"account", "staff"},                                                                                                    // language and colours
	"member":       {"notice"},                                                                                                              // people are told of what was changed about them
	"menu":         {"notice"},                                                                                                              // counts unread notices over the memberships that the list shows
	"moderation":   {"attribute", "card", "gs1prefix", "gtinregistry", "productgroup"},                                                      // claim, decision and what it does to the card, in one transaction
	"org":          {"gs1prefix", "productgroup"},                                                                                           // the record shows them; neither knows organizations
	"provider":     {"notice", "org", "productgroup"},                                                                                       // both sides and their groups
	"productgroup": {"notice"},                                                                                                              // administrators are told of a new group
	"place":        {"member", "notice"},                                                                                                    // a new one is linked to users, a blocked one is told of
	"profile":      {"account", "member", "notice", "org", "proof", "register"},                                                             // a new director changes record and users at once
	"receipt":      {"feed", "org", "productgroup"},                                                                                         // whose a message of the fiscal operator is
	"readiness":    {"notice", "onboarding", "productgroup"},                                                                                // the rules of Home, over everybody; reminders in one transaction with their place
	"register":     {"org"},                                                                                                                 // names, address and director as organizations have them
	"request":      {"gs1prefix", "notice", "org", "productgroup"},                                                                          // an approved request is done, in one transaction
	"signin":       {"account", "member", "proof"},                                                                                          // signature → person → where they work
	"signup":       {"account", "campaign", "member", "org", "place", "productgroup", "proof"},                                              // activation, in one transaction
	"support":      {"notice", "org", "request", "workday"},                                                                                 // letters, limits under the organization's lock, one list with what staff decide, deadlines
	"staff":        {"account", "proof", "signin"},                                                                                          // the same door and the same look, other people
}
