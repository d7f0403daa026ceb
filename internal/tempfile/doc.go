// Package tempfile makes files that outlive neither this process nor their use. It takes nothing and
// gives a file in a folder of its own, gone from it as soon as it is open, so that nothing is left of
// it whatever ends the process. It must never know what is written to them.
package tempfile
