using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

/// <summary>On SQLite, whichever database the other tests use: PostgreSQL measures its tables itself.</summary>
public class QueryPlanTests
{
    [Fact(Timeout = 60_000)]
    public async Task Who_asks_for_the_columns_of_an_index_does_not_read_all_rows_of_the_tenant()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-plan-test-");
        var file = Path.Combine(folder.FullName, "vigil.db");
        using var kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(file),
                KeysFolder = Path.Combine(folder.FullName, "keys"),
                Time = TimeProvider.System,
            },
            VigilApp.Tables
        );
        // Another connection than the one that wrote the statistics.
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();

        var indexes = await IndexesAsync(connection);
        Assert.True(indexes.Count > 20, $"only {indexes.Count} indexes were found");
        Assert.Empty(
            (await Task.WhenAll(indexes.Select(index => PlanAsync(connection, index)))).Where(plan =>
                plan.Contains("(tenant=?)", StringComparison.Ordinal)
                || plan.StartsWith("SCAN", StringComparison.Ordinal)
            )
        );
        folder.Delete(recursive: true);
    }

    private static async Task<List<IGrouping<string, Column>>> IndexesAsync(DbConnection connection) =>
        [
            .. (
                await connection.QueryAsync<Column>(
                    """
                    select m.name as "table", i.name as "index", c.name as name
                    from sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
                    where m.type = 'table' and m.name not like 'sqlite%' and i.partial = 0
                      and (select count(*) from pragma_index_info(i.name)) > 1
                    """
                )
            ).GroupBy(column => column.Index, StringComparer.Ordinal),
        ];

    private static async Task<string> PlanAsync(DbConnection connection, IGrouping<string, Column> index)
    {
        var where = string.Join(" and ", index.Select(column => $"{column.Name} = ?1"));
        await using var command = connection.CreateCommand();
        command.CommandText = $"explain query plan select * from {index.First().Table} where {where}";
        command.Parameters.Add(new SqliteParameter("?1", "x"));
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return $"{reader.GetString(3)} for {index.Key}";
    }

    private sealed class Column
    {
        public string Table { get; init; } = "";
        public string Index { get; init; } = "";
        public string Name { get; init; } = "";
    }
}
