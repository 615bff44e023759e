using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Evidence;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Destinations;

/// <summary>Destinations over the API: what there is, where a case goes, keys, packages.</summary>
public partial class DestinationServerTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];
    private static readonly Actor First = Officer("person:first");
    private static readonly Actor Second = Officer("person:second");

    [Fact(Timeout = 120_000)]
    public async Task A_case_is_routed_by_settings_data_and_recorded_bases()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        var path = $"/v1/cases/{reference}/destinations";
        var all = await server.GetJsonAsync("/v1/destinations");
        Assert.Empty(all.GetProperty("errors").EnumerateArray());
        var nca = all.GetProperty("destinations")
            .EnumerateArray()
            .Single(each => each.Text("destination") == "gb-nca");
        Assert.False(nca.GetProperty("blocked").GetBoolean());
        Assert.Equal("2026-07-02", nca.GetProperty("duties")[0].Text("checkedOn"));
        Assert.Contains(
            all.GetProperty("destinations").EnumerateArray(),
            each => each.Text("destination") == "iccam" && each.GetProperty("blocked").GetBoolean()
        );
        Assert.Single((await server.GetJsonAsync(path)).GetProperty("missing").EnumerateArray());

        await server.SetAsync(CaseRouting.EstablishmentSetting, "DE");
        Assert.Equal("de-bka police cybertip!", Said(await server.GetJsonAsync(path)));
        var basis = new
        {
            destination = "cybertip",
            legalReference = "SAMPLE clauses",
            endsOn = DateTimeOffset.UtcNow.AddDays(10),
        };
        var recorded = await server.PostAsync("/v1/transfer-bases", basis, HttpStatusCode.Created);
        Assert.Equal("de-bka police cybertip", Said(await server.GetJsonAsync(path)));
        await server.PostAsync(
            $"/v1/transfer-bases/{recorded.Text("id")}/end",
            new { },
            HttpStatusCode.NoContent
        );
        Assert.Equal("de-bka police cybertip!", Said(await server.GetJsonAsync(path)));
        foreach (
            var (bad, code) in new (object, string)[]
            {
                (
                    new
                    {
                        destination = "gb-nca",
                        legalReference = "x",
                        endsOn = basis.endsOn,
                    },
                    "no_basis_needed"
                ),
                (
                    new
                    {
                        destination = "cybertip",
                        legalReference = " ",
                        endsOn = basis.endsOn,
                    },
                    "bad_legalReference"
                ),
                (new { destination = "cybertip", legalReference = "x" }, "bad_end"),
            }
        )
        {
            var problem = await server.PostAsync("/v1/transfer-bases", bad, HttpStatusCode.BadRequest);
            Assert.Equal(code, problem.Text("code"));
        }
        await server.GetJsonAsync($"/v1/cases/{CaseRef.New()}/destinations", HttpStatusCode.NotFound);
        var page = await server.Client.GetStringAsync("/console/destinations");
        Assert.Contains("SI 2026/268", page, StringComparison.Ordinal);
        Assert.Contains("National Crime Agency", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_package_leaves_for_a_verified_key_alone_by_fingerprints_unless_two_persons_release_the_files()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        await server.DecideAsync(reference.Value);
        var bytes = ContentWork.Jpeg;
        var brought = await ContentWork.BringAsync(server, reference, bytes, HttpStatusCode.Created);
        var report = await ApprovedAsync(server, reference, brought.GetProperty("contentId").GetGuid());
        var path = $"/v1/reports/{report}/package";
        var key = await PutKeyAsync(server, "police");
        var other = await PutKeyAsync(server, "gb-nca");
        Assert.Equal("recipient_not_verified", await CodeAsync(server, path, key));
        Assert.Equal("other_destination", await CodeAsync(server, path, other));
        // Another country's police, verified as well as these.
        var strange = await PutKeyAsync(server, "police", "FR");
        await VerifyAsync(server, First, strange, PublicKey().Fingerprint, "FR");
        Assert.Equal("other_country", await CodeAsync(server, path, strange));
        await RefusedAsync(
            "other_country",
            () => ActAsync(server, First, tx => MediaRelease.AskAsync(tx, report, strange, "SAMPLE law"))
        );

        // Who asked does not confirm; a wrong fingerprint counts for nothing.
        var fingerprint = PublicKey().Fingerprint;
        await RefusedAsync(
            "other_fingerprint",
            () => VerifyAsync(server, First, key, fingerprint.Replace('a', 'b')[..^1] + "0")
        );
        await RefusedAsync("other_country", () => VerifyAsync(server, First, key, fingerprint, "FR"));
        await VerifyAsync(server, First, key, fingerprint.ToUpperInvariant());
        await RefusedAsync("not_waiting", () => VerifyAsync(server, Second, key, fingerprint));

        using var answer = await server.Client.PostAsJsonAsync(path, new { recipientId = key });
        var text = answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        var package = await answer.Content.ReadAsByteArrayAsync();
        var signer = (await server.GetJsonAsync("/v1/destinations")).Text("signer");
        var parts = SecondReader.Read(package, Secret, signer);
        Assert.Equal(
            ["custody.json", "manifest.json", "manifest.note", "report.json", "summary.html"],
            parts.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(Document, parts["report.json"]);
        Assert.Equal(-1, package.AsSpan().IndexOf(bytes.AsSpan(100, 50)));
        Assert.Equal(1, await GivenAsync(server));
        var built = Assert.Single(await server.LedgerAsync("package.built"));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(package)),
            built.GetProperty("facts").GetProperty("sha256").GetString()
        );

        // With files: not before two persons released them, and not for other bytes than those.
        await RefusedAsync("media_not_released", () => BuildAsync(server, report, key));
        await ActAsync(server, First, tx => MediaRelease.AskAsync(tx, report, key, "SAMPLE law"));
        await RefusedAsync("media_not_released", () => BuildAsync(server, report, key));
        await Assert.ThrowsAsync<SecondPersonException>(() =>
            ActAsync(server, First, tx => ReleaseAsync(tx, report))
        );
        // A team of one releases no media, whoever asked before.
        await server.SetAsync("solo_mode", "on");
        await RefusedAsync(
            "solo_mode",
            () => ActAsync(server, First, tx => MediaRelease.AskAsync(tx, report, key, "SAMPLE law"))
        );
        await RefusedAsync("solo_mode", () => ActAsync(server, Second, tx => ReleaseAsync(tx, report)));
        await RefusedAsync("media_not_released", () => BuildAsync(server, report, key));
        await server.SetAsync("solo_mode", "off");
        var page = await server.Client.GetStringAsync($"/console/destinations/packages/{report}");
        Assert.Contains(fingerprint, page, StringComparison.Ordinal);
        await ActAsync(server, Second, tx => ReleaseAsync(tx, report));
        await NotInTheDataFolderAsync(server, report, key);
        var withMedia = SecondReader.Read(await BuildAsync(server, report, key), Secret, signer);
        Assert.Equal(bytes, withMedia["media/001"]);
        // Not to another key of the same police: two persons released them to that one.
        await SystemAsync(
            server,
            tx =>
                tx.ExecuteAsync(
                    "update recipient set country = 'DE' where tenant = @tenant and id = @strange",
                    new { strange }
                )
        );
        await RefusedAsync("media_not_released", () => BuildAsync(server, report, strange));
        var acts = JsonDocument
            .Parse(withMedia["custody.json"])
            .RootElement.GetProperty("acts")
            .EnumerateArray()
            .ToList();
        Assert.Contains(acts, act => act.Text("action") == "content.sealed");
        Assert.All(acts, act => Assert.Equal(JsonValueKind.Number, act.GetProperty("ledgerEntry").ValueKind));
        Assert.Contains(
            acts,
            act => act.Text("action") == "package.media_released" && act.Text("by") == "person:second"
        );
        Assert.Single(await server.LedgerAsync("content.opened"));

        await PutDocumentAsync(server, report, "Approved", [.. Document, (byte)'\n']);
        await RefusedAsync("media_not_released", () => BuildAsync(server, report, key));
        await ActAsync(server, First, tx => MediaRelease.AskAsync(tx, report, key, "SAMPLE law"));
        await PutDocumentAsync(server, report, "Approved", Document);
        await RefusedAsync(
            "nothing_requested",
            () => ActAsync(server, Second, tx => ReleaseAsync(tx, report))
        );
        await ActAsync(server, Second, tx => MediaRelease.AskAsync(tx, report, key, "SAMPLE law"));
        await AskedAnewAsync(server, report, key);
        await ActAsync(server, First, tx => ReleaseAsync(tx, report));
        await ReleasedAnewAsync(server, report, key);
        await server.PostAsync($"/v1/recipients/{key}/revocation", new { reason = "SAMPLE" });
        Assert.Equal("recipient_not_verified", await CodeAsync(server, path, key));
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_leaves_that_is_not_approved_or_can_still_be_undone()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        var key = await PutKeyAsync(server, "police");
        Assert.Equal(key, await PutKeyAsync(server, "police"));
        (string Column, object Value, string Code)[] cases =
        [
            ("state", "Draft", "not_approved"),
            ("state", "Filed", "not_approved"),
            ("leaves_at", DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds(), "can_be_undone"),
            ("destination", "iccam", "not_a_package"),
            ("environment", "Production", "is_test"),
        ];
        foreach (var (column, value, code) in cases)
        {
            var report = await ApprovedAsync(server, reference, null);
            await SystemAsync(
                server,
                tx =>
                    tx.ExecuteAsync(
                        $"update report set {column} = @value where tenant = @tenant and id = @report",
                        new { value, report }
                    )
            );
            Assert.Equal(code, await CodeAsync(server, $"/v1/reports/{report}/package", key));
        }
        Assert.Equal("not_found", await CodeAsync(server, $"/v1/reports/{Guid.NewGuid()}/package", key, 404));
        foreach (
            var (bad, code) in new (object, string)[]
            {
                (
                    new
                    {
                        destination = "iccam",
                        name = "x",
                        publicKey = PublicKey().ToString(),
                    },
                    "no_packages"
                ),
                (
                    new
                    {
                        destination = "police",
                        name = "x",
                        publicKey = PublicKey().ToString(),
                    },
                    "bad_country"
                ),
                (
                    new
                    {
                        destination = "gb-nca",
                        country = "GB",
                        name = "x",
                        publicKey = PublicKey().ToString(),
                    },
                    "bad_country"
                ),
                (
                    new
                    {
                        destination = "police",
                        country = "DE",
                        name = "x",
                        publicKey = "x25519+AAAA",
                    },
                    "bad_key"
                ),
                (
                    new
                    {
                        destination = "police",
                        country = "de",
                        name = "",
                        publicKey = PublicKey().ToString(),
                    },
                    "bad_name"
                ),
            }
        )
        {
            using var answer = await server.Client.PutAsJsonAsync("/v1/recipients", bad);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal(code, (await TestServer.JsonOf(answer)).Text("code"));
        }
    }

    private static byte[] Document => new PoliceDestination().Render(MaximalDraft.Draft).Document;

    private static Actor Officer(string name) =>
        new(
            TenantId.Default,
            ActorKind.Person,
            name,
            new HashSet<Permission> { Permission.ReportFile, Permission.ContentExport }
        );

    private static string Said(JsonElement answer) =>
        string.Join(
            ' ',
            answer
                .GetProperty("routes")
                .EnumerateArray()
                .Select(route =>
                    route.Text("destination") + (route.GetProperty("blocks").GetArrayLength() > 0 ? "!" : "")
                )
        );

    private static async Task<Guid> PutKeyAsync(TestServer server, string destination, string country = "DE")
    {
        using var answer = await server.Client.PutAsJsonAsync(
            "/v1/recipients",
            new
            {
                destination,
                country = destination == "police" ? country : null,
                name = "SAMPLE office",
                publicKey = PublicKey().ToString(),
            }
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await TestServer.JsonOf(answer)).GetProperty("recipientId").GetGuid();
    }

    private static RecipientKey PublicKey()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder["key"], $"PRIVATE+KEY+x25519+{Convert.ToBase64String(Secret)}\n");
        using var secret = RecipientSecret.Open(folder["key"]);
        return secret.Key;
    }

    private static async Task<string> CodeAsync(
        TestServer server,
        string path,
        Guid recipient,
        int status = 409
    )
    {
        var answer = await server.PostAsync(path, new { recipientId = recipient }, (HttpStatusCode)status);
        return answer.Text("code");
    }

    private static async Task RefusedAsync(string code, Func<Task> act) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<ProblemException>(act)).Code);

    private static Task<bool> VerifyAsync(
        TestServer server,
        Actor actor,
        Guid id,
        string fingerprint,
        string country = "DE"
    ) =>
        ActAsync(
            server,
            actor,
            async tx =>
            {
                var read = await tx.ReadOfAsync(Recipients.Verified, $"{id}");
                await Recipients.VerifyAsync(tx, id, fingerprint, "SAMPLE call", country, read);
            }
        );

    private static async Task ReleaseAsync(Tx tx, Guid report) =>
        await MediaRelease.ApproveAsync(tx, report, await tx.ReadOfAsync(MediaRelease.Released, $"{report}"));

    private static Task<bool> ActAsync(TestServer server, Actor actor, Func<Tx, Task> act) =>
        server
            .Kernel()
            .Db.ActAsync(
                actor,
                Permission.ReportFile,
                async tx =>
                {
                    await act(tx);
                    return true;
                }
            );

    private static async Task<byte[]> BuildAsync(TestServer server, Guid report, Guid recipient)
    {
        var build = (BuildPackage)server.Server.Services.GetService(typeof(BuildPackage))!;
        var built = await build.RunAsync(First, report, recipient, withMedia: true, CancellationToken.None);
        await using var file = built.File;
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>Reports of which something may be with its recipient.</summary>
    private static Task<long> GivenAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long>(
                        "select count(*) from report where tenant = @tenant and given_at is not null"
                    )
            );

    private static Task<bool> SystemAsync(TestServer server, Func<Tx, Task> work) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    await work(tx);
                    return true;
                }
            );

    private static Task<bool> PutDocumentAsync(TestServer server, Guid report, string kind, byte[] bytes) =>
        SystemAsync(
            server,
            tx =>
                tx.ExecuteAsync(
                    """
                    insert into report_document (tenant, report_id, kind, bytes, at) values (@tenant, @report, @kind, @bytes, 0)
                    on conflict (tenant, report_id, kind) do update set bytes = excluded.bytes
                    """,
                    new
                    {
                        report,
                        kind,
                        bytes = ReportSecrets.Seal(tx, bytes, report, kind),
                    }
                )
        );

    /// <summary>As the approval leaves it.</summary>
    private static async Task<Guid> ApprovedAsync(TestServer server, CaseRef reference, Guid? content)
    {
        var id = Guid.CreateVersion7();
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);
        await SystemAsync(
            server,
            tx =>
                tx.ExecuteAsync(
                    """
                    insert into report (tenant, id, case_ref, destination, environment, jurisdiction, state, state_since, owner,
                        is_test, is_high_priority, knowledge_at, created_at, created_by, draft_version, draft, leaves_at)
                    values (@tenant, @id, @reference, 'police', 'Test', '', 'Approved', @before, '', @yes, @no, @before,
                        @before, 'person:first', 1, @draft, @before)
                    """,
                    new
                    {
                        id,
                        reference = reference.Value,
                        before,
                        yes = true,
                        no = false,
                        draft = ReportSecrets.Seal(
                            tx,
                            DraftCodec.Write(MaximalDraft.Draft with { Files = [] }),
                            id,
                            "draft"
                        ),
                    }
                )
        );
        await PutDocumentAsync(server, id, "Approved", Document);
        var files = new[]
        {
            new
            {
                contentId = content,
                fileName = "sample.jpg",
                details = "",
            },
        };
        await PutDocumentAsync(server, id, "Files", JsonSerializer.SerializeToUtf8Bytes(files));
        return id;
    }
}
