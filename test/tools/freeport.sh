#!/usr/bin/env bash
# Prints a loopback port that nobody listens on now.
for _ in $(seq 50); do
	port=$((20000 + RANDOM % 10000))
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; exit 0; }
done
echo "no free port found" >&2
exit 1
