package props

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Browse lets Chromium visit the shop (browser/visit.mjs). It runs in a mount
// namespace of its own, in which the resolver's file names the lab's name
// server: no other process sees that, and the browser looks names up as it
// always does. (Behind a proxy it would not look them up at all.)
func Browse(ctx context.Context) error {
	dir := os.Getenv("LAB_DIR")
	pin, err := certificatePin(filepath.Join(dir, "shop.crt"))
	if err != nil {
		return err
	}
	resolver := filepath.Join(dir, "resolv.conf")
	if err := os.WriteFile(resolver, []byte("nameserver "+os.Getenv("BROWSER_DNS")+"\noptions timeout:5\n"), 0o644); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "unshare", "--mount", "sh", "-c",
		`mount --bind "$0" /etc/resolv.conf && exec chrt --other 0 node visit.mjs`, resolver)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	cmd.Dir = filepath.Join(dir, "browser")
	cmd.Env = append(os.Environ(), "CERTIFICATE_PIN="+pin)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// certificatePin is the hash of a certificate's key by which Chromium can be told
// to trust it, and nothing else.
func certificatePin(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return "", errors.New(path + " is no certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}
