// Package frontend says whose the time of a page is: the browser's, the servers', or that of the way between them.
//
// It takes the cells of a journey and gives the shares of the sides. It must never know words.
package frontend
