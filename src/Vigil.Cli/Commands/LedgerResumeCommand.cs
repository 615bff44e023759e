using System.CommandLine;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Evidence;
using Vigil.Trust;

namespace Vigil.Cli.Commands;

/// <summary>`vigil ledger resume`: on from a database that was put back to an older state than its ledger.</summary>
internal static class LedgerResumeCommand
{
    private static readonly Argument<string?> Folder = new("FOLDER")
    {
        Description = "A server's data folder, or with --database a ledger's. Default: the data folder",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> Database = SharedOptions.Text(
        "--database",
        "FILE|CONNSTRING",
        "The server's database. Default: vigil.db of a data folder"
    );
    private static readonly Option<string?> Reason = SharedOptions.Text(
        "--reason",
        "TEXT",
        "Why, and who decided it: stands in the ledger for good. 1 to 200 characters"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "resume",
            """
            Goes on after the database was put back to an older state than its ledger. End every server first.

            The ledger itself is never put back. Each entry whose row is lost gets a row that says so, and that this was
            done, from where to where and why, is an act that the next start signs. Everything else must be as it was
            signed. What was destroyed or filed since is not undone by this: the journals of both say what it was.

            Example:
              vigil ledger resume --data vigil-data --reason "Disk failed on 3 May, backup of 2 May put back"
            """
        )
        {
            Folder,
            LedgerCommand.Key,
            Database,
            Reason,
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
        var reason = parsed.GetValue(Reason)?.Trim() ?? "";
        if (reason.Length is 0 or > 200)
        {
            throw new UsageException("--reason is needed: why, and who decided it, in 1 to 200 characters.");
        }
        var path = parsed.GetValue(Folder) ?? DataFolder.Of(parsed).Path;
        using var place = LedgerPlace.Of(path, parsed.GetValue(Database));
        if (place.Database is null)
        {
            throw new UsageException("Name the server's data folder, or its database with --database.");
        }
        var key = await place.KeyAsync(parsed, terminal, cancellation);
        var folder = new LedgerFolder(place.Folder, key);
        var report = folder.Verify(null, cancellation);
        if (!report.IsWhole)
        {
            throw new LedgerException(
                LedgerProblem.Damaged,
                $"The ledger's own files are not as they were signed: {report.Findings[0]}"
            );
        }
        LedgerResumed? resumed = null;
        try
        {
            resumed = await LedgerResume.RunAsync(
                place.Database,
                folder,
                report.Checkpoint,
                reason,
                cancellation: cancellation
            );
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException(e.Message);
        }
        terminal.Write(
            $"{resumed.Lost} entries, from {resumed.From} to {resumed.To - 1}, have no row any more; the ledger "
                + "says so. "
                + "Start the server: it signs this and goes on.\n"
        );
        return ExitCode.Ok;
    }
}
