using System.Diagnostics;
using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults;

public sealed class DiskFaultTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task A_full_disk_is_red_refuses_with_a_reason_and_heals_when_space_is_there()
    {
        using var disk = SmallDisk.Mount(_folder["disk"], megabytes: 96);
        var data = Path.Combine(disk.Path, "data");
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                DataFolder = data,
                Database = Path.Combine(data, "vigil.db"),
            }
        );
        using var anyone = server.ClientWith(null);
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        var filler = Path.Combine(disk.Path, "filler");
        disk.Fill(filler);

        var (written, refusal) = (0, (DatabaseUnavailableException?)null);
        for (; refusal is null && written < 2000; written++)
        {
            refusal = await TryAsync(server, $"n{written}");
        }

        Assert.NotNull(refusal);
        Assert.Contains("disk", refusal.Message, StringComparison.Ordinal);
        var (red, _) = await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.ServiceUnavailable);
        Assert.Contains(
            "Free space",
            Ask.Part(red, "data_folder").GetProperty("advice").GetString(),
            StringComparison.Ordinal
        );
        File.Delete(filler);
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        // The ledger, too, goes on by itself: it looks several times a second.
        await TestServer.EventuallyAsync(
            async () => await TryAsync(server, "after") is null ? "written" : null,
            "an act after there is space",
            deadlineSeconds: 5
        );
        for (var i = 0; i < written - 1; i++)
        {
            Assert.NotNull(await Ask.ReadAsync(server.Server, $"n{i}"));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_start_on_a_full_disk_says_so()
    {
        using var disk = SmallDisk.Mount(_folder["disk"], megabytes: 4);
        disk.Fill(Path.Combine(disk.Path, "filler"));
        await using var served = ServedProcess.Begin(Path.Combine(disk.Path, "data"), [], []);

        Assert.Equal(3, await served.EndAsync());
        served.Process.WaitForExit();
        Assert.Matches("(?i)space", served.Errors);
        Assert.DoesNotContain("   at ", served.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_whose_data_folder_vanished_ends_before_more_is_lost()
    {
        await using var served = await ServedProcess.StartAsync(_folder["data"]);

        Directory.Move(_folder["data"], _folder["gone"]);

        Assert.Equal(3, await served.EndAsync(30));
        Assert.Contains("data_folder_gone", served.Errors, StringComparison.Ordinal);
    }

    /// <summary>Null: written.</summary>
    private static async Task<DatabaseUnavailableException?> TryAsync(TestServer server, string name)
    {
        try
        {
            await Ask.WriteAsync(server.Server, name, new string('x', 4000));
            return null;
        }
        catch (DatabaseUnavailableException e)
        {
            return e;
        }
    }
}
