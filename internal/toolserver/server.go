package toolserver

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/longpole/longpole/internal/bytesize"
)

// A Server answers calls of tools, one after the other.
type Server struct {
	Tools   []Tool
	Version string
	Files   func() []string       // what is served; asked anew for each call
	Always  []string              // flags that every command is given
	Fit     bytesize.Size         // that an answer may have, its receipt included
	Quote   func([]string) string // spells words as a shell takes them
	Escape  func(string) string   // keeps text from acting on what shows it
	// Run runs a command line. Where a code has Failed true, what was said is no answer.
	Run    func(ctx context.Context, args []string) (stdout, stderr string, code int)
	Failed func(code int) bool

	hashes hasher
	mu     sync.Mutex
}

// Serve answers what comes from r to w, until r ends or ctx does.
func (s *Server) Serve(ctx context.Context, r io.ReadCloser, w io.WriteCloser) error {
	return s.server().Run(ctx, &mcp.IOTransport{Reader: r, Writer: w})
}

func (s *Server) server() *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "longpole", Version: s.Version}, nil)
	for i := range s.Tools {
		t := &s.Tools[i]
		tool := &mcp.Tool{Name: t.Name, Description: t.Doc, InputSchema: t.schema(), Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true}}
		server.AddTool(tool, func(ctx context.Context, q *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			text, failed := s.Call(ctx, t, q.Params.Arguments)
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}, IsError: failed}, nil
		})
	}
	return server
}

// Call answers a call of t with the text for an agent, and says whether it is about a failure.
func (s *Server) Call(ctx context.Context, t *Tool, arguments []byte) (text string, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	values, err := t.values(arguments)
	if err != nil {
		return s.cut(err.Error()), true
	}
	files := s.Files()
	args, err := t.line(values, files, s.Always)
	if err != nil {
		return s.cut(err.Error()), true
	}
	receipt := s.receipt(args, files)
	room := s.Fit - bytesize.Size(len(receipt))
	if room <= 0 {
		return s.cut("the answer has no room beside its receipt: serve fewer files, or give --fit more"), true
	}
	run := slices.Insert(slices.Clone(args), len(t.Command), fmt.Sprintf("--fit=%dB", room))
	stdout, stderr, code := s.Run(ctx, run)
	if s.Failed(code) {
		return s.cut(strings.TrimSpace(stderr + "\n" + stdout)), true
	}
	if stdout == "" {
		return s.cut(strings.TrimSpace(stderr)) + receipt, false
	}
	return stdout + receipt, false
}

// receipt says of what an answer is made, so that it can be had again.
func (s *Server) receipt(args, files []string) string {
	line := s.Escape(s.Quote(append([]string{"longpole"}, args...)))
	return fmt.Sprintf("\nReceipt: longpole %s; %s; %s\n", s.Version, line, s.Escape(s.hashes.inputs(files)))
}

// cut keeps a message within the size of an answer.
func (s *Server) cut(text string) string {
	text = cmp.Or(s.Escape(text), "the command said nothing")
	return strings.ToValidUTF8(text[:min(len(text), int(s.Fit))], "")
}
