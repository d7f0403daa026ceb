// Package pictures is what outputs with pictures draw beside the value of a report's json. It takes what was
// collected of a report's journeys, and requests that were looked for; it gives the paths of typical and slow requests
// as trees, and waterfalls of exemplars as `trace` has them. It must never know how they are drawn.
package pictures
