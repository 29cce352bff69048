# Runs a cluster in the folder $1 with the programs of $2 on port $3, and PgBouncer
# on port $4 with the password $5. Does what each line of its input says, and ends
# with that, whatever ends it.
dir=$1 programs=$2 port=$3 pooled=$4 password=$5
cd "$dir" || exit 1
exec 2>>"$dir/log"
"$programs/initdb" -D data -U postgres --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --no-sync >>log || exit 1
cat >>data/postgresql.conf <<C
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
max_connections = 100
shared_buffers = 32MB
fsync = off
ssl = on
ssl_cert_file = '$dir/server.crt'
ssl_key_file = '$dir/server.key'
C
echo "\"app\" \"$password\"" >users
cat >bouncer.ini <<C
[databases]
audit = host=127.0.0.1 port=$port dbname=audit
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooled
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $dir/users
pool_mode = transaction
default_pool_size = 5
max_client_conn = 500
server_login_retry = 1
logfile = $dir/log
C
start() {
  "$programs/postgres" -D data >>log &
  server=$!
}
pgbouncer -q bouncer.ini &
bouncer=$!
while read -r line; do
  case $line in
    start) start ;;
    stop) kill -INT "$server" && wait "$server" ;;
    cpu)
      # shellcheck disable=SC2046 # a list of numbers
      cat $(printf '/proc/%s/stat ' "$server" "$bouncer" $(cat /proc/"$server"/task/*/children)) |
        sed 's/.*) //' | awk '{ sum += $12 + $13 } NR == 1 { sum += $14 + $15 } END { print sum }'
      ;;
    kill)
      kill -STOP "$server"
      # shellcheck disable=SC2046 # a list of numbers
      kill -KILL "$server" $(cat /proc/"$server"/task/*/children)
      wait "$server"
      ;;
  esac
  echo "done"
done
kill -QUIT "$server"
kill -KILL "$bouncer"
wait
cd / && rm -rf "$dir"
