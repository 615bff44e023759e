using System.Security.Cryptography;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Files that lists know, and people who see and judge them.</summary>
internal static class KnownWork
{
    /// <summary>Of a file with a picture near the entry called "near".</summary>
    public static ScanFacts Near(byte[] file, int bits = 10) =>
        new()
        {
            Fingerprint = new Fingerprint
            {
                Sha256 = Digest.FromBytes(DigestAlgorithm.Sha256, SHA256.HashData(file)),
                Pictures = [new PdqResult(Made.Flip(Made.Pdq("near"), bits), new Quality(100))],
            },
        };

    public static ScanFacts Exact(byte[] file) =>
        new()
        {
            Fingerprint = new Fingerprint
            {
                Sha256 = Digest.FromBytes(DigestAlgorithm.Sha256, SHA256.HashData(file)),
            },
        };

    /// <summary>With a list that knows a picture by its PDQ alone.</summary>
    public static async Task<TestServer> ListedAsync(ManualTime time, bool canUndo = false)
    {
        var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time },
            canUndo
        );
        await server.SetAsync("training.required", "off");
        await server.SetAsync("cases.auditPercent", "0");
        await server.LoadedAsync();
        var list = await server.ListAsync("pictures");
        await server.EntryAsync(
            list,
            new SignalValue { Pdq = Made.Bytes(Made.Pdq("near")), PdqQuality = 100 }
        );
        await server.WithinASecondAsync(Made.Near("near", 0), Outcome.Review);
        return server;
    }

    public static Task<Decision> UploadAsync(this TestServer server, ScanFacts facts, string account) =>
        server.DecideAsync(facts, Made.Subject(account));

    /// <summary>Brought for the item of the upload.</summary>
    public static async Task<Guid> BringAsync(this TestServer server, Decision upload, byte[] file) =>
        await server.SealAsync(
            new CaseRef(upload.CaseRef!),
            file,
            (await server.FileAsync(upload.CaseRef!))
                .GetProperty("items")
                .EnumerateArray()
                .Single(item => item.Text("scanId") == upload.ScanId.ToString())
                .GetProperty("id")
                .GetGuid()
        );

    /// <summary>Whole, unblurred and readable.</summary>
    public static async Task SeeAsync(this TestServer server, ConsoleUser user, Guid content, ManualTime time)
    {
        var shown = await user.RevealAsync(content, (await user.TokenAsync(content)).TokenOrCode);
        time.Advance(TimeSpan.FromSeconds(3));
        await user.EndAsync(content, shown.ViewOf(), 2000);
        Assert.True(await server.FileViewedAsync(content));
    }

    public static Task<object> LeftAsync(this TestServer server) =>
        TestServer.EventuallyAsync<object>(
            async () =>
                await server.AskAsync<long>(
                    "select count(*) from case_effect where tenant = @tenant",
                    new { }
                ) == 0
                    ? new object()
                    : null,
            "the decision has left"
        );
}
