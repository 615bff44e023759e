using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Evidence;

namespace Vigil.Cli.Commands;

/// <summary>`vigil ledger witness`: a second process that remembers, and signs only what grew.</summary>
internal static class LedgerWitnessCommand
{
    private const string DefaultName = "vigil.example/witness";

    private static readonly Option<string?> State = SharedOptions.Text(
        "--state",
        "DIR",
        "What the witness remembers, and its key; a place that the ledger's writer cannot reach"
    );
    private static readonly Option<string?> Name = SharedOptions.Text(
        "--name",
        "NAME",
        $"Of the witness's key, the same every time. Default: {DefaultName}"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "witness",
            """
            Cosigns the ledger's newest checkpoint when it grew from the last one this witness saw.

            Run it by a timer, as another user and best on another machine. Writes the cosignature to standard output
            after it is durable in the witness's folder. Exit code 1, and no signature, when the ledger was put back
            or its history changed.

            Example:
              vigil ledger witness ledger --key "$(cat ledger.vkey)" --state witness
            """
        )
        {
            LedgerCommand.Folder,
            LedgerCommand.Key,
            State,
            Name,
        };
        command.SetAction(parsed =>
            LedgerCommand.RunAsync(terminal, () => Task.FromResult(Run(parsed, terminal)))
        );
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var key = LedgerCommand.ReadKey(parsed);
        var state =
            parsed.GetValue(State)
            ?? throw new UsageException("--state is needed: the folder of the witness.");
        var folder = new LedgerFolder(parsed.GetRequiredValue(LedgerCommand.Folder), key);
        var next = folder.ReadCheckpoint();
        using var witness = Witness.Open(state, parsed.GetValue(Name) ?? DefaultName, TimeProvider.System);
        var last = witness.LastOf(key);
        // A ledger that is smaller than before has no proof; the witness says what that means.
        var from = Math.Min(last?.Size ?? 0, next.Size);
        var (checkpoint, line) = witness.Cosign(key, folder.ProveConsistency(next, from));
        terminal.Warn(
            last is null
                ? $"First sight of this ledger, {checkpoint.Size} entries: what was before is not witnessed."
                : $"Grew from {last.Size} to {checkpoint.Size} entries."
        );
        terminal.Warn($"The witness's public key: {witness.Verifier}");
        terminal.Write(line);
        terminal.Flush();
        return ExitCode.Ok;
    }
}
