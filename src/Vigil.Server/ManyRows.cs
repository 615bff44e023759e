using System.Globalization;
using System.Text;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>Statements over many rows, in the same text on both databases.</summary>
internal static class ManyRows
{
    /// <summary>Rows of one insert on PostgreSQL, where each statement is a journey.</summary>
    private const int RowsPerJourney = 50;

    /// <summary>On SQLite, which looks each parameter up by its name among all: a few.</summary>
    private const int RowsInProcess = 4;

    private const int ValuesPerSelect = 250;

    /// <summary>Inserts rows; such as are there already stay as they are.</summary>
    public static async Task InsertAsync<T>(
        Tx tx,
        string table,
        string[] columns,
        IReadOnlyList<T> rows,
        Func<T, object?[]> valuesOf
    )
    {
        // Only a database of many writers has rows to lock.
        var each = tx.ForUpdate.Length > 0 ? RowsPerJourney : RowsInProcess;
        var full = rows.Count / each * each;
        await InsertAsync(tx, table, columns, rows.Take(full).Chunk(each), each, valuesOf);
        if (full < rows.Count)
        {
            var rest = rows.Skip(full).ToArray();
            await InsertAsync(tx, table, columns, [rest], rest.Length, valuesOf);
        }
    }

    /// <summary>Runs a select over the values that are wanted, in pieces.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="select">
    /// Reads <c>from wanted cross join</c> the table whose column is <c>wanted.value</c>. Written as a join, and
    /// with SQLite's fixed order, since "in (…)" is taken for a reason to read all rows of the list instead.
    /// </param>
    /// <param name="values">What the column may be.</param>
    /// <param name="others">The select's other parameters.</param>
    public static async Task<List<TRow>> SelectWantedAsync<TRow>(
        Tx tx,
        string select,
        IEnumerable<object> values,
        params (string Name, object Value)[] others
    )
    {
        var found = new List<TRow>();
        foreach (var piece in values.Chunk(ValuesPerSelect))
        {
            var parameters = others.ToDictionary(
                other => other.Name,
                other => other.Value,
                StringComparer.Ordinal
            );
            var names = new List<string>();
            foreach (var (i, value) in piece.Index())
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"v{i}");
                parameters.Add(name, value);
                names.Add($"(@{name})");
            }
            var wanted = $"with wanted (value) as (values {string.Join(", ", names)})";
            found.AddRange(await tx.QueryAsync<TRow>($"{wanted} {select}", parameters));
        }
        return found;
    }

    private static Task<int> InsertAsync<T>(
        Tx tx,
        string table,
        string[] columns,
        IEnumerable<T[]> pieces,
        int rows,
        Func<T, object?[]> valuesOf
    )
    {
        var names = Enumerable
            .Range(0, rows * columns.Length)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i}"))
            .ToArray();
        return tx.ExecuteManyAsync(
            Text(table, columns, rows, names),
            pieces,
            (row, piece) =>
            {
                var next = 0;
                foreach (var item in piece)
                {
                    foreach (var value in valuesOf(item))
                    {
                        row.Set(names[next++], value);
                    }
                }
            }
        );
    }

    private static string Text(string table, string[] columns, int rows, string[] names)
    {
        var sql = new StringBuilder($"insert into {table} (tenant, {string.Join(", ", columns)}) values ");
        for (var i = 0; i < rows; i++)
        {
            var piece = names.Skip(i * columns.Length).Take(columns.Length).Select(name => "@" + name);
            sql.Append(i == 0 ? "" : ", ").Append("(@tenant, ").AppendJoin(", ", piece).Append(')');
        }
        return sql.Append(" on conflict do nothing").ToString();
    }
}
