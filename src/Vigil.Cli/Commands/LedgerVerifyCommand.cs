using System.CommandLine;
using System.Text.Json;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Evidence;
using Vigil.Trust;

namespace Vigil.Cli.Commands;

/// <summary>`vigil ledger verify`: whether a ledger, or a proof from one, is as it was signed.</summary>
internal static class LedgerVerifyCommand
{
    private static readonly Argument<string?> Ledger = new("FOLDER")
    {
        Description =
            "The ledger's folder; or a server's data folder, whose rows are compared too; or a file with a proof. "
            + "Default: the data folder",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> Database = SharedOptions.Text(
        "--database",
        "FILE|CONNSTRING",
        "The server's database: every row is compared with what was signed. Default: vigil.db of a data folder"
    );
    private static readonly Option<string?> Earlier = SharedOptions.Text(
        "--checkpoint",
        "FILE",
        "A checkpoint kept from before: the ledger must have grown from it"
    );
    private static readonly Option<string?> Leaf = SharedOptions.Text(
        "--leaf",
        "HEX",
        "With a file: the entry that it proves"
    );
    private static readonly Option<string?> Format = SharedOptions.SingleFormat();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "verify",
            """
            Recomputes a ledger from its entries and compares every file with what was signed.

            Exit code 1 when anything differs; the entry and the file are named. A folder alone cannot show that it was
            put back to an older state: keep checkpoints elsewhere and give one with --checkpoint. With a server's data
            folder, or --database, each row is compared with its entry: what was changed, removed or inserted is named.
            A proof downloaded from the ledger's page is verified with the key alone.

            Example:
              vigil ledger verify ledger --key "$(cat ledger.vkey)" --checkpoint last-month.txt
              vigil ledger verify --data copy-of-data
              vigil ledger verify act-41.proof.json --key "$(cat ledger.vkey)"
            """
        )
        {
            Ledger,
            LedgerCommand.Key,
            Database,
            Earlier,
            Leaf,
            Format,
        };
        command.SetAction(
            (parsed, cancellation) =>
                LedgerCommand.RunAsync(terminal, () => RunAsync(parsed, terminal, cancellation))
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var format = SharedOptions.ReadSingleFormat(parsed, Format);
        var path = parsed.GetValue(Ledger) ?? DataFolder.Of(parsed).Path;
        if (!Directory.Exists(path) && Path.Exists(path))
        {
            return VerifyProof(parsed, terminal, format, path, LedgerCommand.ReadKey(parsed));
        }
        using var place = LedgerPlace.Of(path, parsed.GetValue(Database));
        var key = await place.KeyAsync(parsed, terminal, cancellation);
        var folder = new LedgerFolder(place.Folder, key);
        var report = await ReadAsync(folder, terminal, cancellation);
        var findings = report.Findings.Select(finding => finding.ToString()).ToList();
        if (parsed.GetValue(Earlier) is { } file && Contradiction(folder, report, key, file) is { } text)
        {
            findings.Add(text);
        }
        var good = $"{report.Checkpoint.Size} entries as signed";
        if (place.Audit is not null && findings.Count == 0)
        {
            var rows = await place.Audit.RunAsync(folder, report.Checkpoint, cancellation: cancellation);
            findings.AddRange(rows.Findings.Select(finding => finding.ToString()));
            good +=
                $", each as its row of the database ({rows.Unlinkable} whose salt was destroyed, {rows.Waiting} rows "
                + "that wait)";
        }
        Write(terminal, format, report.Checkpoint, findings, good);
        return findings.Count == 0 ? ExitCode.Ok : ExitCode.Found;
    }

    private static async Task<LedgerReport> ReadAsync(
        LedgerFolder folder,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        LedgerReport? report = null;
        await terminal.WithProgressAsync(
            "entries",
            bar =>
                Task.Run(
                    () =>
                    {
                        if (bar is not null)
                        {
                            bar.MaxValue = Math.Max(1, folder.ReadCheckpoint().Size);
                        }
                        report = folder.Verify(bar is null ? null : new Bar(bar), cancellation);
                    },
                    cancellation
                )
        );
        return report!;
    }

    /// <summary>Null when the ledger begins with the tree of the earlier checkpoint.</summary>
    private static string? Contradiction(
        LedgerFolder folder,
        LedgerReport report,
        VerifierKey key,
        string file
    )
    {
        var earlier = Checkpoint.Open(LedgerCommand.ReadFile(file, InclusionProof.MaxBytes), key);
        var now = report.Checkpoint;
        if (earlier.Size > now.Size)
        {
            return $"checkpoint: the ledger has {now.Size} entries and had {earlier.Size}: it was put back "
                + "to an older state. "
                + "Ask its operator for the newest copy";
        }
        return report.IsWhole && folder.RootAt(now, earlier.Size) != earlier.Root
            ? $"checkpoint: the first {earlier.Size} entries are others than those of "
                + $"'{Printable.Of(file)}', and both were "
                + "signed: keep both, they prove that the ledger's key signed two histories"
            : null;
    }

    private static int VerifyProof(
        ParseResult parsed,
        Terminal terminal,
        OutputFormat format,
        string path,
        VerifierKey key
    )
    {
        var bytes = LedgerCommand.ReadFile(path, LedgerProof.MaxBytes);
        var act = LedgerProof.IsOne(bytes) ? LedgerProof.Read(bytes, key) : null;
        var leaf =
            act?.Leaf()
            ?? LedgerCommand.ReadLeaf(parsed, Leaf)
            ?? throw new UsageException("A proof needs --leaf: the bytes of the entry it is said to prove.");
        var proof = act?.Inclusion ?? InclusionProof.Read(bytes, key);
        string[] findings = proof.Proves(leaf)
            ? []
            : [$"{Printable.Of(path)}: does not prove that this entry is number {proof.Index}"];
        var text =
            $"entry {proof.Index} of {proof.Checkpoint.Size} is in the ledger"
            + (act is null ? "" : $": {Printable.Of(System.Text.Encoding.UTF8.GetString(act.Canonical))}");
        Write(terminal, format, proof.Checkpoint, findings, text);
        return findings.Length == 0 ? ExitCode.Ok : ExitCode.Found;
    }

    private static void Write(
        Terminal terminal,
        OutputFormat format,
        Checkpoint checkpoint,
        IReadOnlyList<string> findings,
        string good
    ) =>
        SingleReport.Write(
            terminal,
            format,
            findings.Count == 0
                ? [$"ok: {Printable.Of(checkpoint.Origin)}: {good}, root {checkpoint.Root}"]
                : findings.Select(Printable.Of),
            json => WriteJson(json, checkpoint, findings)
        );

    private static void WriteJson(Utf8JsonWriter json, Checkpoint checkpoint, IReadOnlyList<string> findings)
    {
        json.WriteBoolean("ok", findings.Count == 0);
        json.WriteString("origin", checkpoint.Origin);
        json.WriteNumber("size", checkpoint.Size);
        json.WriteString("root", checkpoint.Root.ToString());
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStringValue(finding);
        }
        json.WriteEndArray();
    }

    /// <summary>Synchronous, unlike the framework's, which would report after the end.</summary>
    private sealed class Bar(Spectre.Console.ProgressTask task) : IProgress<long>
    {
        public void Report(long value) => task.Value = value;
    }
}
