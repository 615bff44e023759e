using System.Net.Http.Json;
using System.Text.Json;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Reporting.Walks;

/// <summary>Random acts on one account. What is refused is refused: only what arrives counts.</summary>
/// <param name="server">A real one.</param>
/// <param name="person">Signed in, and qualified to file.</param>
/// <param name="random">Draws the acts.</param>
/// <param name="approved">Reports that the person approved, and whose approval was not undone.</param>
/// <param name="account">Of the platform.</param>
internal sealed class HttpWalk(
    TestServer server,
    ConsoleUser person,
    Random random,
    HashSet<Guid> approved,
    string account
)
{
    private string _case = "";
    private Guid? _report;

    public async Task RunAsync(int acts)
    {
        _case = (await server.HitAsync(account)).Value;
        for (var i = 0; i < acts; i++)
        {
            await ActAsync();
        }
    }

    private Task ActAsync() =>
        random.Next(12) switch
        {
            // A list hits again, and blocks.
            0 => server.HitAsync(account, "block"),
            // A program decides, and names nobody.
            1 => AskAsync($"/v1/cases/{_case}/decision", new { verdict = "confirmed", reason = "A match." }),
            2 or 3 or 4 => DecideAsync("confirmed"),
            5 when random.Next(3) == 0 => DecideAsync("not_csam"),
            6 => AskAsync(
                $"/v1/cases/{_case}/reopen",
                new { reason = "Look again.", person = ReviewWork.Person }
            ),
            7 => ByProgramAsync(),
            8 => UndoAsync(random.Next(2) == 0 ? "undo" : "withdrawal"),
            9 or 10 => ByPersonAsync(),
            _ => DraftAsync(),
        };

    private async Task<bool> DecideAsync(string verdict) =>
        await AskAsync(
            $"/v1/cases/{_case}/decision",
            new
            {
                verdict,
                reason = ReviewWork.Why,
                itemsRead = await server.ItemCountAsync(_case),
                person = ReviewWork.Person,
            }
        );

    private async Task DraftAsync()
    {
        try
        {
            _report = await server.DraftAsync(_case);
        }
        catch (ProblemException)
        {
            // Nothing is confirmed, or there are many already.
        }
    }

    /// <summary>A program approves the very bytes, as far as it is let.</summary>
    private async Task ByProgramAsync()
    {
        if (_report is not { } id)
        {
            await DraftAsync();
            return;
        }
        using var preview = await server.Client.GetAsync($"/v1/reports/{id}/preview");
        if (!preview.IsSuccessStatusCode)
        {
            return;
        }
        var answer = await AskAsync(
            $"/v1/reports/{id}/approval",
            new
            {
                sha256 = preview.Headers.GetValues("Vigil-Sha256").Single(),
                version = 2,
                @checked = (string[])["read", "destination"],
            }
        );
        Assert.False(answer, "A program approved a report.");
    }

    private async Task ByPersonAsync()
    {
        if (_report is null)
        {
            await DraftAsync();
        }
        if (_report is not { } id || await server.StateAsync(id) != "draft")
        {
            return;
        }
        // Noted before: it may arrive at once.
        approved.Add(id);
        await person.ApproveAsync(id);
        if (await server.StateAsync(id) is "draft" or "withdrawn")
        {
            approved.Remove(id);
        }
    }

    private async Task UndoAsync(string act)
    {
        if (_report is { } id && await AskAsync($"/v1/reports/{id}/{act}", new { reason = "Not now." }))
        {
            approved.Remove(id);
        }
    }

    private async Task<bool> AskAsync(string path, object body)
    {
        using var answer = await server.Client.PostAsJsonAsync(path, body, JsonSerializerOptions.Web);
        Assert.True((int)answer.StatusCode < 500, $"{path}: {(int)answer.StatusCode}");
        return answer.IsSuccessStatusCode;
    }
}
