/** The shells that can be taught to complete. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/** What each shell reads. `onestep complete -- words…` answers with a proposal a line: the word, a tab, what it does. */
export const scripts: Readonly<Record<Shell, string>> = {
  // Bash takes a colon for the end of a word; the line itself does not, so what stands before the colon is cut off again.
  bash: `_onestep() {
  local line="\${COMP_LINE:0:COMP_POINT}" words
  read -ra words <<< "$line"
  [[ "$line" == *" " ]] && words+=("")
  local word="\${words[-1]}"
  mapfile -t COMPREPLY < <(onestep complete -- "\${words[@]:1}" 2>/dev/null | cut -f 1)
  [[ "$word" == *:* ]] && COMPREPLY=("\${COMPREPLY[@]#"\${word%"\${word##*:}"}"}")
}
complete -o default -F _onestep onestep
`,
  // Colons part a word from its description in _describe, so those of a word are escaped.
  zsh: `_onestep() {
  local -a proposals
  proposals=("\${(@f)$(onestep complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  proposals=("\${(@)proposals//:/\\\\:}")
  proposals=("\${(@)proposals//$'\\t'/:}")
  if [[ -n "$proposals[1]" ]]; then _describe -V onestep proposals; else _files; fi
}
autoload -Uz compinit && compinit
compdef _onestep onestep
`,
  fish: `function __onestep_complete
    set -l words (commandline --tokenize --cut-at-cursor)
    set -l word (commandline --current-token --cut-at-cursor)
    set -l proposals (onestep complete -- $words[2..-1] "$word" 2>/dev/null)
    if set -q proposals[1]
        string join -- \\n $proposals
    else
        __fish_complete_path "$word"
    end
end
complete --command onestep --no-files --arguments "(__onestep_complete)"
`,
};
