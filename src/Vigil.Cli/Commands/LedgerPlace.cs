using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Evidence;
using Vigil.Files;
using Vigil.Server;
using Vigil.Trust;

namespace Vigil.Cli.Commands;

/// <summary>A ledger's folder, alone or with the database whose rows it signs.</summary>
internal sealed class LedgerPlace : IDisposable
{
    private readonly FolderLock? _hold;

    private LedgerPlace(string folder, DbOptions? database, FolderLock? hold)
    {
        (Folder, Database, _hold) = (folder, database, hold);
        Audit = database is null ? null : new LedgerAudit(database);
    }

    public string Folder { get; }

    /// <summary>Null: the folder alone.</summary>
    public DbOptions? Database { get; }

    /// <summary>Of the database.</summary>
    public LedgerAudit? Audit { get; }

    /// <param name="path">Of a ledger, or of a server's data.</param>
    /// <param name="database">As `vigil serve --database` takes it; null: that of a data folder.</param>
    /// <exception cref="UsageException">A server works on the database's file.</exception>
    public static LedgerPlace Of(string path, string? database)
    {
        var inner = Path.Combine(path, "ledger");
        var isData = Path.Exists(Path.Combine(inner, "checkpoint"));
        var file = Path.Combine(path, "vigil.db");
        database ??= isData && Path.Exists(file) ? Path.GetFullPath(file) : null;
        var folder = isData ? inner : path;
        if (database is null)
        {
            return new LedgerPlace(folder, null, null);
        }
        var options = DbOptions.Parse(database);
        var hold = options.Engine == DbEngine.Sqlite ? Hold(options.Source) : null;
        return new LedgerPlace(folder, options, hold);
    }

    /// <summary>As given; or as the database has it, said so: who can change the one can change the other.</summary>
    public async Task<VerifierKey> KeyAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        if (
            parsed.GetValue(LedgerCommand.Key) is null
            && Audit is not null
            && await Audit.VerifierAsync(cancellation) is { } known
        )
        {
            terminal.Warn($"The key is the database's own; compare it with the one you were given: {known}");
            return VerifierKey.Parse(known);
        }
        // Of a folder that is not there a key would not help.
        if (parsed.GetValue(LedgerCommand.Key) is null && !Directory.Exists(Folder))
        {
            throw new UsageException(
                $"'{Printable.Of(Folder)}' is not there: name the ledger's folder, or a server's data folder."
            );
        }
        return LedgerCommand.ReadKey(parsed);
    }

    public void Dispose()
    {
        Audit?.Dispose();
        _hold?.Dispose();
    }

    private static FolderLock Hold(string file)
    {
        if (!Path.Exists(file))
        {
            throw new UsageException($"'{Printable.Of(file)}' is not there: name the server's database.");
        }
        return FolderLock.TryTake(Path.GetDirectoryName(Path.GetFullPath(file))!, VigilServer.LockName)
            ?? throw new UsageException(
                "A server works on this database: end it, or verify a copy. The ledger's folder alone can be verified "
                    + "while it runs, with --key."
            );
    }
}
