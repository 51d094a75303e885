# The same commands as `make build`, in a container; the result runs as nobody
# in an empty image and asks itself whether it is well.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download && go mod verify
COPY cmd cmd
COPY internal internal
COPY web web
COPY migrations migrations
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -trimpath -tags nethttpomithttp2 -ldflags "-s -w -X main.version=${VERSION}" -o /kabinet ./cmd/kabinet

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /kabinet /kabinet
USER 65534:65534
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s --retries=3 CMD ["/kabinet", "healthcheck"]
ENTRYPOINT ["/kabinet"]
CMD ["serve"]
