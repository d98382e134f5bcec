#!/usr/bin/env bash
# Starts the broker of docker-compose.yml: settings from templates and secrets; at first, storage with our two users.
set -euo pipefail
umask 077

programs=${KAFKA_PROGRAMS:-/opt/kafka/bin}
templates=${KAFKA_TEMPLATES:-/etc/tocsin}
secrets=${KAFKA_SECRETS:-/run/secrets}
data=${KAFKA_DATA:-/var/lib/kafka/data}
settings=${KAFKA_RUN:-/tmp}/server.properties
host=${KAFKA_HOST:-kafka}
publishers_port=${KAFKA_PUBLISHERS_PORT:-9093}

random() { head -c "$1" /dev/urandom | base64 | tr '/+' '_-' | tr -d '=\n'; }

declare -A values=(
  [bind]=${KAFKA_BIND:-}
  [host]=$host
  [client_port]=${KAFKA_CLIENT_PORT:-9092}
  [publishers_port]=$publishers_port
  [publishers_address]=${KAFKA_PUBLIC_ADDRESS:-$host:$publishers_port}
  [controller_port]=${KAFKA_CONTROLLER_PORT:-9095}
  [data]=$data
  [secrets]=$secrets
  [broker_password]=$(<"$secrets/kafka_broker_password")
  [controller_password]=$(random 24) # between the two halves of one node: new at each start
)
text=$(cat "$templates/secured.properties" "$templates/node.properties")
for name in "${!values[@]}"; do text=${text//"{$name}"/"${values[$name]}"}; done
printf '%s\n' "$text" >"$settings"

if [[ ! -e $data/meta.properties ]]; then
  users=()
  while IFS= read -r user; do users+=(--add-scram "$user"); done <"$secrets/kafka_users"
  "$programs/kafka-storage.sh" format --standalone --cluster-id "$(random 16)" --config "$settings" "${users[@]}"
fi
exec "$programs/kafka-server-start.sh" "$settings"
