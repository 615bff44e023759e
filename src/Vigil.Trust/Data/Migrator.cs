using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;

namespace Vigil.Trust.Data;

/// <summary>One step of a module's tables, forward only.</summary>
internal sealed record Migration(string Module, int Number, string Name, string Sql)
{
    public byte[] Digest => SHA256.HashData(Encoding.UTF8.GetBytes(Sql));
}

/// <summary>
/// Brings the tables up to date: numbered SQL files of each module, in order, under a lock. One that was
/// changed after it ran is an error: nobody knows then what the tables are.
/// </summary>
internal sealed partial class Migrator(Db db, TimeProvider time)
{
    private const string Ledger = """
        create table if not exists migration (
            module text not null,
            number integer not null,
            name text not null,
            digest text not null,
            applied_at bigint not null,
            primary key (module, number)
        )
        """;

    /// <summary>The migrations in an assembly's `FOLDER/Migrations/ENGINE/NNNN_name.sql` for one engine.</summary>
    public static IReadOnlyList<Migration> Find(Assembly assembly, string folder, string engine) =>
        [
            .. assembly
                .GetManifestResourceNames()
                .Select(name => (name, match: FileName().Match(name)))
                .Where(file =>
                    file.match.Success
                    && file.match.Groups["folder"].Value == folder
                    && file.match.Groups["engine"].Value == engine
                )
                .Select(file => new Migration(
                    folder.Split('/')[^1].ToLowerInvariant(),
                    int.Parse(
                        file.match.Groups["number"].Value,
                        System.Globalization.CultureInfo.InvariantCulture
                    ),
                    file.match.Groups["name"].Value,
                    Read(assembly, file.name)
                ))
                .OrderBy(migration => migration.Number),
        ];

    /// <exception cref="InvalidOperationException">A migration that ran was changed since, or is missing.</exception>
    public async Task<int> RunAsync(IEnumerable<Migration> migrations, CancellationToken cancellation)
    {
        using var turn = await db.Dialect.WriterAsync(cancellation);
        await using var connection = await db.Dialect.OpenAsync(cancellation);
        await using var transaction = await db.Dialect.BeginAsync(connection, isWrite: true, cancellation);
        await db.Dialect.LockMigrationsAsync(connection, cancellation);
        await connection.ExecuteAsync(new CommandDefinition(Ledger, transaction: transaction));
        var done = (
            await connection.QueryAsync<(string Module, long Number, string Digest)>(
                "select module, cast(number as bigint), digest from migration",
                transaction: transaction
            )
        ).ToDictionary(row => (row.Module, (int)row.Number), row => row.Digest);
        var count = 0;
        foreach (var migration in migrations)
        {
            var digest = Convert.ToHexStringLower(migration.Digest);
            if (done.TryGetValue((migration.Module, migration.Number), out var was))
            {
                if (was != digest)
                {
                    throw new InvalidOperationException(
                        $"Migration {migration.Number:0000} of '{migration.Module}' is not the one that made "
                            + "these tables: run the version of Vigil that did, or restore a backup."
                    );
                }
                continue;
            }
            await connection.ExecuteAsync(new CommandDefinition(migration.Sql, transaction: transaction));
            await connection.ExecuteAsync(
                "insert into migration values (@module, @number, @name, @digest, @at)",
                new
                {
                    module = migration.Module,
                    number = migration.Number,
                    name = migration.Name,
                    digest,
                    at = time.GetUtcNow().ToUnixTimeMilliseconds(),
                },
                transaction
            );
            count++;
        }
        if (count > 0)
        {
            await db.Dialect.WriteStatisticsAsync(connection, transaction);
        }
        await transaction.CommitAsync(cancellation);
        return count;
    }

    /// <exception cref="InvalidOperationException">There are tables that this version does not know.</exception>
    public async Task RefuseNewerAsync(IEnumerable<Migration> known, CancellationToken cancellation)
    {
        var names = known.Select(migration => (migration.Module, migration.Number)).ToHashSet();
        await using var connection = await db.Dialect.OpenAsync(cancellation);
        var unknown = (
            await connection.QueryAsync<(string Module, long Number)>(
                "select module, cast(number as bigint) from migration"
            )
        ).FirstOrDefault(row => !names.Contains((row.Module, (int)row.Number)));
        if (unknown.Module is not null)
        {
            throw new InvalidOperationException(
                "The tables of this database are of a newer version of Vigil "
                    + $"({unknown.Module} {unknown.Number:0000}): "
                    + "run that version, or restore a backup made by this one."
            );
        }
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(
        @"^(?<folder>.+)/Migrations/(?<engine>sqlite|postgres)/(?<number>\d{4})_(?<name>\w+)\.sql$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex FileName();
}
