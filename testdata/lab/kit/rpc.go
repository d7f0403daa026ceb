package kit

import (
	"context"
	"net"
	"os"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/types/known/structpb"
)

// Method is one unary gRPC method. Requests and answers are structs, so that
// the lab needs no generated code.
type Method func(context.Context, *structpb.Struct) (*structpb.Struct, error)

// ServeRPC serves the methods of a service over TLS on ADDR until ctx ends.
func ServeRPC(ctx context.Context, service string, methods map[string]Method) error {
	conf, err := ServerTLS()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", os.Getenv("ADDR"))
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(conf)), grpc.StatsHandler(otelgrpc.NewServerHandler()))
	desc := grpc.ServiceDesc{ServiceName: service, HandlerType: (*any)(nil)}
	for name, m := range methods {
		desc.Methods = append(desc.Methods, grpc.MethodDesc{MethodName: name, Handler: handler(m)})
	}
	server.RegisterService(&desc, struct{}{})
	go func() {
		<-ctx.Done()
		late := time.AfterFunc(time.Second, server.Stop)
		defer late.Stop()
		server.GracefulStop() // a deploy loses no request
	}()
	return server.Serve(listener)
}

func handler(m Method) grpc.MethodHandler {
	return func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		in := new(structpb.Struct)
		if err := decode(in); err != nil {
			return nil, err
		}
		return m(ctx, in)
	}
}

// RPC is a gRPC client that spreads its calls over every address of target.
type RPC struct{ conn *grpc.ClientConn }

// DialRPC connects to target, host and port, as soon as it is first used.
func DialRPC(target string) (*RPC, error) {
	conf, err := ClientTLS()
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient("dns:///"+target,
		grpc.WithTransportCredentials(credentials.NewTLS(conf)),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig":[{"round_robin":{}}]}`))
	return &RPC{conn}, err
}

// Call calls service/method with the fields of in.
func (r *RPC) Call(ctx context.Context, method string, in map[string]any) (map[string]any, error) {
	msg, err := structpb.NewStruct(in)
	if err != nil {
		return nil, err
	}
	out := new(structpb.Struct)
	if err := r.conn.Invoke(ctx, "/"+method, msg, out); err != nil {
		return nil, err
	}
	return out.AsMap(), nil
}
