using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Destinations;

public partial class DestinationServerTests
{
    /// <summary>Who read one legal basis confirms no other.</summary>
    private static async Task AskedAnewAsync(TestServer server, Guid report, Guid key)
    {
        var read = await server.ReadOfAsync(MediaRelease.Released, $"{report}");
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var officer = await ConsoleUser.InviteAsync(server, "the.officer", "filing_officer");
        var page = (await officer.GetAsync($"/console/destinations/packages/{report}")).Text;
        Assert.Contains(read!, page, StringComparison.Ordinal);
        Assert.Contains($"{ContentWork.Jpeg.Length} bytes", page, StringComparison.Ordinal);
        await ActAsync(
            server,
            Second,
            async tx =>
            {
                await SecondPerson.WithdrawAsync(tx, MediaRelease.Released, $"{report}", "Anew.");
                await MediaRelease.AskAsync(tx, report, key, "Another law");
            }
        );
        var refused = await Assert.ThrowsAsync<SecondPersonException>(() =>
            ActAsync(server, First, tx => MediaRelease.ApproveAsync(tx, report, read))
        );
        Assert.Equal("asked_anew", refused.Code);
        Assert.Contains("Another law", refused.Message, StringComparison.Ordinal);
        Assert.Contains("called off by person:second", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A package is built on the volume of the data, in a folder of its owner alone, or not at all.</summary>
    private static async Task NotInTheDataFolderAsync(TestServer server, Guid report, Guid key)
    {
        var folder = Path.Combine(server.DataFolder, "building");
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(folder)
        );
        Directory.Delete(folder);
        await File.WriteAllTextAsync(folder, "In the way.");
        await RefusedAsync("package_not_written", () => BuildAsync(server, report, key));
        Assert.Empty(await server.LedgerAsync("content.opened"));
        File.Delete(folder);
    }

    /// <summary>A release that was asked for anew while a package was built lets nothing out.</summary>
    private static async Task ReleasedAnewAsync(TestServer server, Guid report, Guid key)
    {
        BuildPackage.Plan? plan = null;
        await ActAsync(
            server,
            First,
            async tx => plan = await BuildPackage.PlanAsync(tx, report, key, withMedia: true)
        );
        using var signer = plan!.Signer;
        foreach (var isAsked in new[] { false, true })
        {
            if (isAsked)
            {
                await ActAsync(server, Second, tx => MediaRelease.AskAsync(tx, report, key, "SAMPLE law"));
            }
            var build = server.Server.Services.GetRequiredService<BuildPackage>();
            var work = ActAsync(server, First, tx => build.RecordAsync(tx, plan, new byte[32], 1));
            await (isAsked ? RefusedAsync("media_not_released", () => work) : work);
        }
    }
}
