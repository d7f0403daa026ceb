package kit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// certificate and key of the whole lab: one self-signed pair for *.shop.test.
const (
	certFile = "shop.crt"
	keyFile  = "shop.key"
)

// MakeCertificate writes a fresh pair into dir.
func MakeCertificate(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "shop.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"*.shop.test"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(dir, certFile), "CERTIFICATE", der); err != nil {
		return err
	}
	return writePEM(filepath.Join(dir, keyFile), "EC PRIVATE KEY", keyDER)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// ServerTLS is what a server of the lab listens with.
func ServerTLS() (*tls.Config, error) {
	dir := os.Getenv("LAB_DIR")
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, certFile), filepath.Join(dir, keyFile))
	if err != nil {
		return nil, fmt.Errorf("certificate in LAB_DIR=%q (make it with `lab certificate`): %w", dir, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}

// ClientTLS trusts the lab's certificate. TLS_MAX=1.2 makes it a client that
// has not learned 1.3 yet, whose full handshake is one round trip longer.
func ClientTLS() (*tls.Config, error) {
	pool := x509.NewCertPool()
	cert, err := os.ReadFile(filepath.Join(os.Getenv("LAB_DIR"), certFile))
	if err != nil {
		return nil, err
	}
	pool.AppendCertsFromPEM(cert)
	conf := &tls.Config{RootCAs: pool}
	if os.Getenv("TLS_MAX") == "1.2" {
		conf.MaxVersion = tls.VersionTLS12
	}
	return conf, nil
}
