using System.Text;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Lists;

public class SecrecyTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_thousand_known_values_stand_nowhere_in_the_database_in_clear()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("secret");
        const int Count = 334;
        await server.ImportAsync("secret", ListsHere.Csv(0, Count, withIds: false), "?fileName=a.csv");
        await server.PostAsync(
            "/v1/lists/secret/entries",
            new { entries = new[] { new { url = "http://secret-host.example/path" } } }
        );
        var values = Enumerable
            .Range(0, Count)
            .SelectMany(i => new[] { ListsHere.Md5($"{i}"), ListsHere.Sha1($"{i}"), ListsHere.Pdq($"{i}") })
            .ToList();
        Assert.True(values.Count >= 1000);

        var bytes = await StoredBytesAsync(server);

        Assert.True(bytes.AsSpan().IndexOf("a.csv"u8) >= 0, "the search sees what is stored in clear");
        var found = values.Count(value => Holds(bytes, value));
        Assert.Equal(0, found);
        Assert.True(bytes.AsSpan().IndexOf("secret-host"u8) < 0);
    }

    private static bool Holds(byte[] bytes, string value) =>
        bytes.AsSpan().IndexOf(Convert.FromHexString(value)) >= 0
        || bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(value)) >= 0
        || bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(value.ToUpperInvariant())) >= 0;

    /// <summary>
    /// The log is emptied into the database at times, lock files are held and empty, and what is being written has a
    /// name of its own until it is whole.
    /// </summary>
    private static Task<byte[]> BytesOfAsync(string file) =>
        TestServer.EventuallyAsync(
            async () =>
            {
                try
                {
                    if (new FileInfo(file) is not { Exists: true, Length: > 0 })
                    {
                        return [];
                    }
                    await using var open = new FileStream(
                        file,
                        FileMode.Open,
                        FileAccess.Read,
                        FileShare.ReadWrite | FileShare.Delete
                    );
                    using var bytes = new MemoryStream();
                    await open.CopyToAsync(bytes);
                    return bytes.ToArray();
                }
                catch (FileNotFoundException)
                {
                    return [];
                }
                catch (IOException)
                {
                    return null;
                }
            },
            $"{Path.GetFileName(file)} can be read"
        );

    /// <summary>On SQLite the files with their log; on PostgreSQL every column of every table of lists.</summary>
    private static async Task<byte[]> StoredBytesAsync(TestServer server)
    {
        using var all = new MemoryStream();
        if (TestDatabase.PostgresServer is null)
        {
            foreach (var file in Directory.GetFiles(server.DataFolder, "*", SearchOption.AllDirectories))
            {
                all.Write(await BytesOfAsync(file));
            }
            return all.ToArray();
        }
        string[] tables =
        [
            "list",
            "signal",
            "signal_part",
            "list_entry",
            "list_import",
            "list_import_reject",
            "suppression",
            "ledger_event",
            "idempotency",
            "outbox_event",
        ];
        foreach (var table in tables)
        {
            var rows = await server.ReadAsync(tx =>
                tx.QueryAsync<string>($"select cast(t as text) from {table} t where tenant = @tenant")
            );
            all.Write(Encoding.UTF8.GetBytes(string.Join('\n', rows)));
            if (table == "ledger_event")
            {
                var texts = await server.ReadAsync(tx =>
                    tx.QueryAsync<byte[]>("select canonical from ledger_event where tenant = @tenant")
                );
                texts.ToList().ForEach(text => all.Write(text));
            }
        }
        return all.ToArray();
    }
}
