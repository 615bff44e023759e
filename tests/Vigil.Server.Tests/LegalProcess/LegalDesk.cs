using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.LegalProcess;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

/// <summary>What these tests do to a server, in short.</summary>
internal static class LegalDesk
{
    public static object Request(
        string kind,
        object[] scope,
        string reference = "12/2026",
        bool secret = false,
        DateTimeOffset? receivedAt = null,
        DateTimeOffset? deadline = null
    ) =>
        new
        {
            kind,
            receivedAt,
            deadline,
            authority = "Example Police, unit 4",
            country = "US",
            legalReference = reference,
            statement = "Everything about the account.",
            contact = new { name = "Sam Officer", phone = "+1 (555) 010-4477" },
            scope,
            nondisclosure = secret,
        };

    public static async Task<JsonElement> TakeAsync(
        this TestServer server,
        string kind,
        object[] scope,
        string reference = "12/2026",
        bool secret = false
    ) =>
        await server.PostAsync(
            "/v1/legal-process",
            Request(kind, scope, reference, secret),
            HttpStatusCode.Created
        );

    public static string IdOf(JsonElement view) => view.GetProperty("status").Text("id");

    public static string StateOf(JsonElement view) => view.GetProperty("status").Text("state");

    public static Task<JsonElement> ShowAsync(this TestServer server, string id, HttpClient? client = null) =>
        server.GetJsonAsync($"/v1/legal-process/{id}", client: client);

    public static Task<JsonElement> MoveAsync(
        this TestServer server,
        string id,
        string to,
        HttpStatusCode expected = HttpStatusCode.OK,
        HttpClient? client = null
    ) =>
        server.PostAsync(
            $"/v1/legal-process/{id}/state",
            new { to, reason = "As the law asks." },
            expected,
            client: client
        );

    public static Task LookAsync(this TestServer server) =>
        server.Server.Services.GetRequiredService<TendRequests>().LookAsync(CancellationToken.None);

    /// <summary>A form of a request's page, as it is shown now; the code of the refusal, or empty.</summary>
    public static async Task<string> FormAsync(
        this ConsoleUser user,
        string id,
        string act,
        params (string, string)[] fields
    )
    {
        var page = $"/console/legal-process/{id}";
        var (action, shown) = ($"{page}/{act}", (await user.GetAsync(page)).Text);
        var answer = shown.Contains($"action=\"{action}\"", StringComparison.Ordinal)
            ? await user.SendAsync(action, shown, fields)
            : await user.RawPostAsync(
                action,
                [("__RequestVerificationToken", await user.ForgeryAsync(page)), .. fields]
            );
        if (answer.Status == HttpStatusCode.Found)
        {
            Assert.StartsWith(page, answer.Location, StringComparison.Ordinal);
            return "";
        }
        Assert.True(answer.Code.Length > 0, $"{answer.Status} {answer.Text}");
        return answer.Code;
    }

    public static Task<string> CallAsync(
        this ConsoleUser user,
        string id,
        string result = "confirmed",
        byte[]? key = null,
        string number = "+1 555 020 0000"
    ) =>
        user.FormAsync(
            id,
            "calls",
            ("number", number),
            ("source", "official_directory"),
            ("result", result),
            ("recipientKey", key is null ? "" : Convert.ToBase64String(key))
        );

    public static async Task<IReadOnlyList<string>> AlarmsAsync(this TestServer server) =>
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<string>(
                        "select code from alert where tenant = @tenant and state <> 'Closed' order by code"
                    )
            );

    public static Task<int> ExecuteAsync(this TestServer server, string sql, object? values = null) =>
        server.Kernel().Db.SystemAsync("test", isWrite: true, tx => tx.ExecuteAsync(sql, values));
}
