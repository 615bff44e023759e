using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

public class SuppressionTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_suppression_is_exact_has_a_reason_and_an_end_and_is_counted()
    {
        await using var server = await TestServer.StartAsync();

        var added = await server.PostAsync(
            "/v1/suppressions",
            new
            {
                sha256 = ListsHere.Sha256("a"),
                reason = "a poster of our own",
                expiresAt = DateTimeOffset.UtcNow.AddDays(30),
                sampleEvery = 10,
            },
            HttpStatusCode.Created
        );
        var id = Guid.Parse(added.Text("id"));
        await server.WriteAsync(async tx =>
        {
            await tx.RaiseAsync(new SuppressionsHit([new SuppressionHit(id, 12, 1)]));
            await tx.RaiseAsync(new SuppressionsHit([new SuppressionHit(id, 3, 0)]));
            return true;
        });
        var shown = await server.GetAsync("/v1/suppressions");

        var one = Assert.Single(shown.GetProperty("suppressions").EnumerateArray());
        Assert.Equal((15, 1, 10), (one.Number("hits"), one.Number("sampled"), one.Number("sampleEvery")));
        Assert.Equal("active", one.Text("state"));
        var act = Assert.Single(await server.LedgerAsync("suppression.added"));
        Assert.Contains("a poster of our own", act);
        Assert.DoesNotContain(ListsHere.Sha256("a"), act);
    }

    [Fact(Timeout = 180_000)]
    public async Task Scanning_finds_a_suppression_by_its_blind_digest_and_sees_its_removal()
    {
        await using var server = await TestServer.StartAsync();
        var bySha256 = await AddAsync(server, new { sha256 = ListsHere.Sha256("a") });
        var byBoth = await AddAsync(server, new { md5 = ListsHere.Md5("b"), sha1 = ListsHere.Sha1("b") });

        var rows = await RowsAsync(server);
        await server.PostAsync($"/v1/suppressions/{bySha256}/remove", new { reason = "a mistake" });
        var after = (await RowsAsync(server)).Where(row => row.Generation > rows.Max(one => one.Generation));

        var (sha256, both) = await server.ReadAsync(tx =>
            Task.FromResult(
                (
                    ListSecrets.Sha256Blind(tx.Secrets, Convert.FromHexString(ListsHere.Sha256("a"))),
                    ListSecrets.Md5Sha1Blind(
                        tx.Secrets,
                        Convert.FromHexString(ListsHere.Md5("b")),
                        Convert.FromHexString(ListsHere.Sha1("b"))
                    )
                )
            )
        );
        Assert.Equal(sha256, rows.Single(row => $"{row.Id}" == bySha256).Sha256Blind);
        Assert.Equal(both, rows.Single(row => $"{row.Id}" == byBoth).Md5Sha1Blind);
        Assert.All(rows, row => Assert.False(row.IsRemoved));
        Assert.True(Assert.Single(after).IsRemoved);
    }

    [Fact(Timeout = 180_000)]
    public async Task What_is_not_exact_or_has_no_end_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var soon = DateTimeOffset.UtcNow.AddDays(1);
        async Task<string> CodeAsync(object body) =>
            (await server.PostAsync("/v1/suppressions", body, HttpStatusCode.BadRequest)).Text("code");

        Assert.Equal(
            "not_exact",
            await CodeAsync(
                new
                {
                    md5 = ListsHere.Md5("a"),
                    reason = "x",
                    expiresAt = soon,
                }
            )
        );
        Assert.Equal(
            "bad_hash",
            await CodeAsync(
                new
                {
                    sha256 = "ab",
                    reason = "x",
                    expiresAt = soon,
                }
            )
        );
        Assert.Equal("bad_json", await CodeAsync(new { sha256 = ListsHere.Sha256("a"), reason = "x" }));
        Assert.Equal(
            "bad_json",
            await CodeAsync(
                new
                {
                    pdq = ListsHere.Pdq("a"),
                    reason = "x",
                    expiresAt = soon,
                }
            )
        );
        Assert.Equal(
            "bad_expires_at",
            await CodeAsync(
                new
                {
                    sha256 = ListsHere.Sha256("a"),
                    reason = "x",
                    expiresAt = soon.AddDays(400),
                }
            )
        );
        Assert.Equal(
            "reason_required",
            await CodeAsync(
                new
                {
                    sha256 = ListsHere.Sha256("a"),
                    reason = "",
                    expiresAt = soon,
                }
            )
        );
    }

    private static async Task<string> AddAsync(TestServer server, object value)
    {
        var json = System.Text.Json.JsonSerializer.SerializeToNode(value)!.AsObject();
        json["reason"] = "not what it looks like";
        json["expiresAt"] = DateTimeOffset.UtcNow.AddDays(30);
        return (await server.PostAsync("/v1/suppressions", json, HttpStatusCode.Created)).Text("id");
    }

    private static Task<IReadOnlyList<ScanSuppression>> RowsAsync(TestServer server) =>
        server.ReadAsync(tx =>
            tx.QueryAsync<ScanSuppression>(
                """
                select tenant, id, sha256_blind, md5_sha1_blind, expires_at, sample_every, generation, is_removed
                from scan_suppression where tenant = @tenant order by generation
                """
            )
        );

    private sealed class ScanSuppression
    {
        public Guid Id { get; init; }
        public byte[]? Sha256Blind { get; init; }
        public byte[]? Md5Sha1Blind { get; init; }
        public long Generation { get; init; }
        public bool IsRemoved { get; init; }
    }
}
