# A static binary and nothing else: docker build -t longpole .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.release=$VERSION" -o /longpole ./cmd/longpole \
 && mkdir /empty

FROM scratch
COPY --from=build /longpole /longpole
COPY --from=build --chown=65532:65532 /empty /tmp
USER 65532:65532
ENTRYPOINT ["/longpole"]
CMD ["--help"]
