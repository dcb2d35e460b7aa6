# Toad Lane in a container: a static binary and nothing else. The root file system can be read-only; /data is the one volume.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -buildid=" -o /out/toadlane ./cmd/toadlane && mkdir /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/toadlane /toadlane
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
EXPOSE 8470
ENV TOADLANE_DATA=/data TOADLANE_LISTEN=:8470
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/toadlane", "doctor", "--live"]
ENTRYPOINT ["/toadlane"]
CMD ["serve"]
