package account

import (
	"time"

	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/report/page"
)

// FirstSeen names what was first seen when requests became slower or quicker: ", service.version 2.4.0 first seen
// at 22:41:42Z"; nothing if nothing was.
func FirstSeen(all []since.Value) page.Phrase {
	var parts []page.Phrase
	for _, v := range all {
		parts = append(parts, page.Say(page.Name(v.Key), " ", page.Name(v.Value), " first seen at ", time.Unix(0, int64(v.At)).UTC().Format("15:04:05Z")))
	}
	if len(parts) == 0 {
		return nil
	}
	return page.Say(", ", page.List(parts))
}
