package help

import "strings"

// pages lists which article is about the pages that begin with an address; the
// longest beginning counts. A "*" stands for one element.
func pages() map[string]string {
	return map[string]string{
		"/":                      "start",
		"/accessibility":         "start",
		"/activate":              "activate",
		"/agreement":             "agreement",
		"/aics":                  "aic",
		"/cards":                 "cards",
		"/cards/*/check":         "moderation",
		"/cards/bulk":            "moderation",
		"/cards/export":          "card-files",
		"/cards/import":          "card-files",
		"/catalogue":             "catalogue",
		"/confirm":               "profile",
		"/dates":                 "notices",
		"/director":              "profile",
		"/documents":             "documents",
		"/help":                  "start",
		"/home":                  "home",
		"/join":                  "users",
		"/me":                    "me",
		"/me/access":             "roles",
		"/me/keys":               "api-keys",
		"/me/letters":            "notices",
		"/notices":               "notices",
		"/offer":                 "agreement",
		"/op":                    "operator",
		"/op/campaigns":          "operator-launch",
		"/op/cards":              "operator-cards",
		"/op/dictionaries":       "operator-cards",
		"/op/imports":            "operator-launch",
		"/op/letters":            "operator-launch",
		"/op/maintenance":        "maintenance",
		"/org":                   "profile",
		"/org/agreement":         "agreement",
		"/org/authorizations":    "authorizations",
		"/org/events":            "events",
		"/org/groups":            "groups",
		"/org/gs1":               "gs1",
		"/org/keys":              "api-keys",
		"/org/places":            "places",
		"/org/requests":          "roles",
		"/org/roles":             "roles",
		"/org/users":             "users",
		"/org/users/*/roles":     "roles",
		"/org/users/*/scope":     "roles",
		"/org/users/*/technical": "technical",
		"/receipts":              "receipts",
		"/register":              "register",
		"/setup":                 "home",
		"/sign-in":               "sign-in",
		"/status":                "maintenance",
		"/support":               "support",
		"/support/agreement":     "agreement",
		"/op/sign-in":            "operator",
		"/op/requests":           "operator",
		"/op/support":            "operator",
		"/op/agreements":         "operator",
		"/op/feeds":              "operator",
		"/op/readiness":          "operator-launch",
		"/op/help":               "operator",
		"/cards/new":             "cards",
		"/cards/views":           "cards",
		"/me/sessions":           "me",
		"/org/bank":              "profile",
		"/me/keys/*/value":       "api-keys",
	}
}

// shelf holds the article about the pages that begin with some elements.
type shelf struct {
	slug  string
	named map[string]*shelf
	any   *shelf // whatever the next element is
}

func shelves() *shelf {
	root := &shelf{}
	for path, slug := range pages() {
		at := root
		for name := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
			if name != "" {
				at = at.next(name)
			}
		}
		at.slug = slug
	}
	return root
}

// next is the shelf behind an element, made if there is none.
func (s *shelf) next(name string) *shelf {
	if name == "*" {
		if s.any == nil {
			s.any = &shelf{}
		}
		return s.any
	}
	if s.named == nil {
		s.named = map[string]*shelf{}
	}
	if s.named[name] == nil {
		s.named[name] = &shelf{}
	}
	return s.named[name]
}

// For is the article about a page, by its path or the pattern of its route; ok
// is false for a page nobody wrote about, which is sent to the first article. It
// is asked for every page and allocates nothing.
func (l *Library) For(path string) (slug string, ok bool) {
	at := l.shelves
	slug, ok = at.slug, strings.Trim(path, "/") == ""
	for name := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		after := at.named[name]
		if after == nil {
			after = at.any
		}
		if after == nil {
			break
		}
		if at = after; at.slug != "" {
			slug, ok = at.slug, true
		}
	}
	return slug, ok
}
