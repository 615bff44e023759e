using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing.Reading;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>What a court or an officer asks for: the receipt, what was sent, what was said.</summary>
public sealed class ReadBytesTests
{
    [Fact(Timeout = 120_000)]
    public async Task Receipts_and_calls_are_read_byte_for_byte_and_each_reading_stands_in_the_ledger()
    {
        await using var filing = await FilingServer.StartAsync();
        var server = filing.Server;
        var reference = await server.CaseAsync();
        var id = await filing.ApproveAsync(
            new MadeReport
            {
                Case = reference,
                Files =
                [
                    new(
                        await server.SealAsync(reference, ViewingWork.Picture(1)),
                        "one.bmp",
                        MadeReports.Details("one.bmp")
                    ),
                ],
            }
        );
        await filing.UntilAsync(id, ReportState.Filed);
        var kept = (await DocumentAsync(filing, id, ReportDocuments.Receipt))!;
        var path = $"/v1/reports/{id}";
        using (var answer = await server.Client.GetAsync($"{path}/receipt"))
        {
            Assert.Equal(kept, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
            Assert.True(answer.Headers.CacheControl?.NoStore);
        }
        var act = Assert.Single(await filing.LedgerAsync("report.receipt_read", id));
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(kept)),
            act.GetProperty("facts").Text("receipt_sha256")
        );

        var calls = (await server.GetJsonAsync($"{path}/filing"))
            .GetProperty("calls")
            .EnumerateArray()
            .ToList();
        Assert.Equal(kept, await PartAsync("Finish", "answered"));
        Assert.Equal(
            await DocumentAsync(filing, id, ReportDocuments.Approved),
            await PartAsync("Submit", "sent")
        );
        var details = System.Text.Encoding.UTF8.GetString((await PartAsync("FileInfo", "sent"))!);
        Assert.Contains("<originalFileName>one.bmp</originalFileName>", details, StringComparison.Ordinal);
        // Its bytes are the content's, which is opened as contents are; a finish sends the number alone.
        Assert.Null(await PartAsync("Upload", "sent"));
        Assert.Null(await PartAsync("Finish", "sent"));
        Assert.Equal(3, (await filing.LedgerAsync("report.call_read", id)).Count);

        using var officer = await ConsoleUser.InviteAsync(server, "fil.ing", "filing_officer");
        Assert.Equal(
            kept,
            await officer.SaveAsync($"/console/reports/{id}", $"/console/reports/{id}/receipt/read")
        );
        var form = $"/console/reports/{id}/calls/{IdOf("Finish")}/answered";
        Assert.Contains(form, (await officer.GetAsync($"/console/reports/{id}/filing")).Text);
        Assert.Equal(kept, await officer.SaveAsync($"/console/reports/{id}/filing", form));
        Assert.Equal(2, (await filing.LedgerAsync("report.receipt_read", id)).Count);

        var other = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        await AssertHiddenAsync(filing, $"{path}/receipt", $"{path}/calls/{IdOf("Finish")}/answered");
        Assert.Equal(
            HttpStatusCode.NotFound,
            await StatusAsync(server.Client, $"/v1/reports/{other}/receipt")
        );
        // A call of another report is none of this one's.
        Assert.Equal(
            HttpStatusCode.NotFound,
            await StatusAsync(server.Client, $"/v1/reports/{other}/calls/{IdOf("Finish")}/answered")
        );
        Assert.Equal(2, (await filing.LedgerAsync("report.receipt_read", id)).Count);
        await AssertFencedAsync(filing, id, Guid.Parse(IdOf("Finish")));

        string IdOf(string call) => calls.First(row => row.Text("call") == call).Text("callId");

        async Task<byte[]?> PartAsync(string call, string part)
        {
            var row = calls.First(row => row.Text("call") == call);
            var isKept = row.GetProperty(part == "sent" ? "hasSent" : "hasAnswered").GetBoolean();
            using var answer = await server.Client.GetAsync($"{path}/calls/{IdOf(call)}/{part}");
            Assert.Equal(isKept ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.StatusCode);
            return isKept ? await answer.Content.ReadAsByteArrayAsync() : null;
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_refusal_is_shown_in_the_services_own_words()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await filing.ApproveAsync(
            new MadeReport { Document = MadeReports.Document(TimeProvider.System.GetUtcNow().AddDays(2)) }
        );
        await filing.UntilAsync(id, ReportState.Rejected);
        var shown = await filing.Server.GetJsonAsync($"/v1/reports/{id}/filing");
        var said = shown.GetProperty("calls")[0].Text("said");
        Assert.Contains("incidentDateTime", said, StringComparison.Ordinal);
        var kept = await filing.ReadAsync(tx =>
            tx.FindAsync<byte[]>(
                "select said from filing_exchange where tenant = @tenant and report_id = @id",
                new { id }
            )
        );
        Assert.Equal(-1, kept.AsSpan().IndexOf("incidentDateTime"u8));
        using var officer = await ConsoleUser.InviteAsync(filing.Server, "fil.ing", "filing_officer");
        foreach (var page in (string[])[$"/console/reports/{id}", $"/console/reports/{id}/filing"])
        {
            var text = WebUtility.HtmlDecode((await officer.GetAsync(page)).Text);
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
    }

    /// <summary>To another tenant there is no such report, and nothing of the try is recorded as a reading.</summary>
    private static async Task AssertHiddenAsync(FilingServer filing, params string[] paths)
    {
        var made = await filing.Server.PostAsync(
            "/v1/tenants",
            new { tenant = "beta", title = "Another" },
            HttpStatusCode.Created
        );
        using var beta = await filing.Server.KnownAsync(made.Text("firstKey"));
        foreach (var path in paths)
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(beta, path));
        }
    }

    /// <summary>Who may not see the case may not see what was sent of it.</summary>
    private static async Task AssertFencedAsync(FilingServer filing, Guid id, Guid call)
    {
        var fenced = new Actor(
            TenantId.Default,
            ActorKind.Person,
            "person:fenced",
            new HashSet<Permission> { Permission.ReportFile }
        )
        {
            Fence = new CaseFence(Guid.NewGuid(), null),
        };
        foreach (
            var read in (Func<Tx, Task<byte[]>>[])
                [
                    tx => ReadBytes.ReceiptAsync(tx, id),
                    tx => ReadBytes.SentAsync(tx, id, call),
                    tx => ReadBytes.AnsweredAsync(tx, id, call),
                ]
        )
        {
            var refused = await Assert.ThrowsAsync<ProblemException>(() =>
                filing.ActAsync(fenced, Permission.ReportFile, read)
            );
            Assert.Equal(404, refused.Status);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private static Task<byte[]?> DocumentAsync(FilingServer filing, Guid id, string kind) =>
        filing.ReadAsync(tx => ReportDocuments.FindAsync(tx, id, kind));
}
