-- +goose Up
-- What a peer deleted before we had it. Its word counts for its own things alone, so it is asked for with the peer.
CREATE INDEX inbound_deleted ON inbound (object, peer) WHERE type = 'Delete';
