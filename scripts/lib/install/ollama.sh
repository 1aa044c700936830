# The model's server, for who wants it on the same machine.
# shellcheck shell=bash

provide_ollama() {
  local tree=$1 model=$2 offline=$3
  if ! command -v ollama >/dev/null; then
    if [ "$offline" = yes ]; then
      fail "Ollama is not here and --offline forbids to fetch it. On a machine with a network install it" \
        "and run: ollama pull $model. Then copy /usr/local/bin/ollama, /usr/local/lib/ollama and" \
        "/usr/share/ollama/.ollama/models to the same places here."
    fi
    say "Installing Ollama by its own means"
    curl -fsSL https://ollama.com/install.sh | sh || fail "Ollama could not be installed. See ollama.com/download."
  fi
  say "Fetching the model $model"
  run_as_service "$tree" model pull "$model" ||
    fail "The model could not be fetched. Try again: nightjar model pull $model. Events wait meanwhile."
}
