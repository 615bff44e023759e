using System.CommandLine;
using System.Globalization;
using System.Text;
using Vigil.Cli.Output;
using Vigil.Evidence;

namespace Vigil.Cli.Commands;

/// <summary>`vigil ledger prove`: a proof that others can verify without the ledger.</summary>
internal static class LedgerProveCommand
{
    private static readonly Option<string?> Index = SharedOptions.Text(
        "--index",
        "N",
        "Number of the entry; the first is 0"
    );
    private static readonly Option<string?> Leaf = SharedOptions.Text(
        "--leaf",
        "HEX",
        "The entry itself: looked for, the first that is the same"
    );
    private static readonly Option<string?> From = SharedOptions.Text(
        "--from",
        "SIZE",
        "Prove instead that the ledger only grew since it had so many entries"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "prove",
            """
            Writes a proof that an entry is in the ledger, or that the ledger only grew.

            An entry's proof is a tlog-proof: 'vigil ledger verify FILE --leaf HEX' checks it with the public key and
            nothing else. The other is what a witness takes.

            Example:
              vigil ledger prove ledger --key "$(cat ledger.vkey)" --index 41 > entry-41.tlog-proof
            """
        )
        {
            LedgerCommand.Folder,
            LedgerCommand.Key,
            Index,
            Leaf,
            From,
        };
        command.SetAction(
            (parsed, cancellation) =>
                LedgerCommand.RunAsync(terminal, () => Task.FromResult(Run(parsed, terminal, cancellation)))
        );
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var folder = new LedgerFolder(
            parsed.GetRequiredValue(LedgerCommand.Folder),
            LedgerCommand.ReadKey(parsed)
        );
        var (index, from) = (ReadNumber(parsed, Index), ReadNumber(parsed, From));
        var leaf = LedgerCommand.ReadLeaf(parsed, Leaf);
        if ((index is null ? 0 : 1) + (leaf is null ? 0 : 1) + (from is null ? 0 : 1) != 1)
        {
            throw new UsageException("Give one of --index, --leaf and --from: what is to be proven.");
        }
        var checkpoint = folder.ReadCheckpoint();
        if (from is not null)
        {
            return Write(terminal, folder.ProveConsistency(checkpoint, from.Value).ToBytes());
        }
        index ??= folder.Find(checkpoint, leaf, cancellation);
        if (index is null)
        {
            terminal.Warn(
                $"None of the {checkpoint.Size} entries is this one: check that all its bytes are given, in "
                    + "the ledger's form."
            );
            return ExitCode.Found;
        }
        return Write(terminal, folder.ProveInclusion(checkpoint, index.Value).ToBytes());
    }

    private static int Write(Terminal terminal, byte[] proof)
    {
        terminal.Write(Encoding.UTF8.GetString(proof));
        terminal.Flush();
        return ExitCode.Ok;
    }

    private static long? ReadNumber(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UsageException($"{option.Name} takes a whole number from 0, not '{Printable.Of(text)}'.");
}
