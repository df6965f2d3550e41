import Foundation

/// What the parser's scripts for shells leave out: values after the first of an option that takes several, and what `help` is asked about.
enum CompletionScript {
    /// `text`, mended where `words` asked for a script of a shell that it is known how to mend.
    static func mended(_ text: String, asked words: [String]) -> String {
        guard let place = words.firstIndex(where: { $0.hasPrefix("--generate-completion-script") }) else { return text }
        let shell =
            words[place].split(separator: "=").dropFirst().first.map(String.init) ?? words.dropFirst(place + 1).first
        // Without a name the parser takes the shell that runs.
        switch shell {
        case "bash": return bash(text)
        case "fish": return fish(text)
        default:
            return text.hasPrefix("#!/bin/bash")
                ? bash(text) : text.contains("complete -c 'platonic'") ? fish(text) : text
        }
    }

    /// Looks for the option whose values are being given further back than the last word.
    private static func bash(_ text: String) -> String {
        let options = Set(
            text.matches(of: #/(?m)^    repeating_options=\(([^)]*)\)/#).flatMap { $0.1.split(separator: " ") }
        ).sorted()
        let commands = text.firstMatch(of: #/compgen -W '([^']*)' -- "\$\{cur\}"/#)?.1 ?? ""
        return
            text
            .replacing(
                "    local -r prev=\"${3}\"\n",
                with: """
                        # Options that take several values go on until the next option.
                        local prev="${3}"
                        local -i at
                        for ((at = COMP_CWORD - 1; at > 1; at--)); do
                            case "${COMP_WORDS[at]}" in
                            \(options.joined(separator: "|")))
                                prev="${COMP_WORDS[at]}"
                                break
                                ;;
                            -[0-9.]*) ;;
                            -*) break ;;
                            esac
                        done

                    """
            )
            .replacing(
                #/(_platonic_help\(\) \{[^}]*?__platonic_offer_flags_options -1\n)/#,
                with: {
                    "\($0.1)    [[ \"${COMP_CWORD}\" -gt 2 ]] || __platonic_add_completions -W '\(commands.replacing(" ", with: "'$'\\n''"))'\n"
                })
    }

    /// Offers the same for a word that follows such an option and one of its values.
    private static func fish(_ text: String) -> String {
        let rule =
            #/complete -c 'platonic' -n '__platonic_should_offer_completions_for_flags_or_options "(platonic [a-z ]+)"' -l '([a-z-]+)' .*? (-r[a-zA-Z]* '.*')/#
        let commands =
            #/complete -c 'platonic' -n '__platonic_should_offer_completions_for_positional "platonic" -eq 1' -fa '([a-z]+)' (-d .*)/#
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            lines.append(String(line))
            if let found = line.wholeMatch(of: rule) {
                let values = found.3.replacing(#/^-r/#, with: "-")
                lines.append("complete -c 'platonic' -n '__platonic_goes_on \"\(found.1)\" \(found.2)' \(values)")
            } else if let found = line.wholeMatch(of: commands) {
                lines.append(
                    "complete -c 'platonic' -n '__platonic_should_offer_completions_for_positional \"platonic help\" -ge 1' -fa '\(found.1)' \(found.2)"
                )
            }
        }
        let goesOn = """
            # Whether the last option of a command is one that takes several values, and has one already.
            function __platonic_goes_on -a expected_commands option
                set -l tokens (__platonic_tokens -pc)
                set -l command (string split ' ' -- $expected_commands)
                test "$tokens[1..$(count $command)]" = "$expected_commands"; or return 1
                set -l values 0
                for token in $tokens[-1..1]
                    test "$token" = "--$option" -a $values -gt 0; and return 0
                    string match -qr '^-[^0-9.]' -- $token; and return 1
                    set values (math $values + 1)
                end
                return 1
            end

            complete -c 'platonic' -f

            """
        return lines.joined(separator: "\n").replacing("complete -c 'platonic' -f\n", with: goesOn, maxReplacements: 1)
    }
}
