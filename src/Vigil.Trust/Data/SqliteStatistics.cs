using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Vigil.Trust.Data;

/// <summary>
/// Tells SQLite's planner that a tenant has a million rows of everything. Without statistics it takes ten rows for
/// a tenant's and reads all of them by the primary key, where an index would give the one that is asked for. Fixed
/// figures instead of measured ones: plans do not change with the data (https://sqlite.org/queryplanner-ng.html).
/// </summary>
internal static class SqliteStatistics
{
    private const double Rows = 1_000_000;

    /// <summary>Rows that share all columns of an index that is not unique.</summary>
    private const double RowsOfOneKey = 10;

    public static async Task WriteAsync(DbConnection connection, DbTransaction transaction)
    {
        var columns = (await connection.QueryAsync<IndexColumn>(Columns, transaction: transaction))
            .GroupBy(column => (column.Table, column.Index))
            .Select(index => new
            {
                index.Key.Table,
                index.Key.Index,
                Figures = Figures([.. index.Select(column => column.Name)], index.First().IsUnique),
            })
            .ToList();
        await connection.ExecuteAsync(
            // The limit: it is wanted for the table of statistics that it makes, and the figures are replaced.
            "pragma analysis_limit = 1; analyze; delete from sqlite_stat1",
            transaction: transaction
        );
        await connection.ExecuteAsync(
            "insert into sqlite_stat1 (tbl, idx, stat) values (@Table, @Index, @Figures)",
            columns,
            transaction
        );
        await connection.ExecuteAsync("analyze sqlite_schema", transaction: transaction);
    }

    /// <summary>Rows in all, then rows that share the first column, the first two, and so on.</summary>
    private static string Figures(IReadOnlyList<string> columns, bool isUnique)
    {
        var least = isUnique ? 1 : RowsOfOneKey;
        var tenants = columns[0] == "tenant" ? 1 : 0;
        var others = columns.Count - tenants;
        var figures = Enumerable
            .Range(1, others)
            .Select(i => Math.Round(least * Math.Pow(Rows / least, (double)(others - i) / others)));
        return string.Join(
            ' ',
            Enumerable
                .Repeat(Rows, 1 + tenants)
                .Concat(figures)
                .Select(figure => figure.ToString("F0", CultureInfo.InvariantCulture))
        );
    }

    /// <summary>The primary key of a table without row ids goes by the table's name.</summary>
    private const string Columns = """
        select m.name as "table", case when i.origin = 'pk' and m.sql like '%without rowid%' then m.name else i.name end
            as "index", i."unique" as is_unique, c.name as name
        from sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
        where m.type = 'table' and m.name not like 'sqlite\_%' escape '\' and c.name is not null
        order by m.name, i.name, c.seqno
        """;

    private sealed class IndexColumn
    {
        public string Table { get; init; } = "";
        public string Index { get; init; } = "";
        public bool IsUnique { get; init; }
        public string Name { get; init; } = "";
    }
}
