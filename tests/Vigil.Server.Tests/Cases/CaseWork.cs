using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What these tests do to a server, in short.</summary>
internal static class CaseWork
{
    public static readonly Actor Scanner = Actor.Machine(TenantId.Default, "test", Permission.ScanSubmit);

    public static TrustKernel Kernel(this TestServer server) =>
        server.Server.Services.GetRequiredService<TrustKernel>();

    /// <summary>As scanning asks in its own transaction.</summary>
    public static Task<CaseRef> HitAsync(
        this TestServer server,
        string? account,
        string decision = "review",
        bool isTest = false,
        Guid? decisionId = null
    ) =>
        server
            .Kernel()
            .Db.WriteAsync(
                Scanner,
                Permission.ScanSubmit,
                tx => tx.AskAsync<CaseWanted, CaseRef>(Wanted(account, decision, isTest, decisionId))
            );

    public static CaseWanted Wanted(
        string? account,
        string decision = "review",
        bool isTest = false,
        Guid? decisionId = null
    ) =>
        new()
        {
            Origin = CaseOrigin.Match,
            DecisionId = decisionId ?? Guid.NewGuid(),
            Account = account,
            ContentRef = "post/4711",
            Surface = "public_post",
            Jurisdiction = "DE",
            Decision = decision,
            Summary = "Similar to one entry of one list (known CSAM).",
            IsTest = isTest,
        };

    /// <summary>An entry was disputed that this case's decisions rest on, as scanning tells it.</summary>
    public static Task DisputeAsync(this TestServer server, string reference) =>
        server
            .Kernel()
            .Db.ActAsync(
                Scanner,
                Permission.ScanSubmit,
                async tx =>
                {
                    await tx.RaiseAsync(
                        new DecisionsReopened([new CaseRef(reference)], "An entry was disputed.")
                    );
                    return true;
                }
            );

    public static async Task<JsonElement> PostAsync(
        this TestServer server,
        string path,
        object body,
        HttpStatusCode expected = HttpStatusCode.OK,
        string? idempotencyKey = null,
        HttpClient? client = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(body),
        };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        using var response = await (client ?? server.Client).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{path}: {response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public static async Task<JsonElement> GetJsonAsync(
        this TestServer server,
        string path,
        HttpStatusCode expected = HttpStatusCode.OK,
        HttpClient? client = null
    )
    {
        using var response = await (client ?? server.Client).GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(expected, response.StatusCode);
        return await TestServer.JsonOf(response);
    }

    /// <summary>Types of the outbox's events about a subject, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> OutboxAsync(this TestServer server, string subject) =>
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<string>(
                        "select type from outbox_event where subject = @subject order by created_at, id",
                        new { subject }
                    )
            );

    /// <summary>Canonical rows of the ledger with this action, oldest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> LedgerAsync(this TestServer server, string action)
    {
        var rows = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<byte[]>(
                        "select canonical from ledger_event where action = @action order by seq",
                        new { action }
                    )
            );
        return [.. rows.Select(row => JsonDocument.Parse(row).RootElement)];
    }

    /// <summary>Numbers of all rows of the ledger.</summary>
    public static Task<IReadOnlyList<long>> LedgerAllAsync(this TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.QueryAsync<long>("select seq from ledger_event order by seq")
            );

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    /// <summary>Another key of the default tenant.</summary>
    public static async Task<HttpClient> ClientOfAsync(this TestServer server, params Scope[] scopes)
    {
        var admin = Actor.Machine(
            TenantId.Default,
            "test",
            Permission.KeyManage,
            Permission.CaseRead,
            Permission.ListExport,
            Permission.HoldManage,
            Permission.LegalManage
        );
        var (_, secret) = await server
            .Kernel()
            .Db.ActAsync(
                admin,
                Permission.KeyManage,
                tx => ApiKeys.CreateAsync(tx, "test", scopes, TimeSpan.FromDays(1))
            );
        return await server.KnownAsync(secret);
    }

    /// <summary>A client with a key made a moment ago, when the server has read of it.</summary>
    public static async Task<HttpClient> KnownAsync(this TestServer server, string key)
    {
        var client = server.ClientWith(key);
        return await TestServer.EventuallyAsync(
            async () =>
            {
                using var response = await client.GetAsync(new Uri("/v1/cases/VC-1", UriKind.Relative));
                return response.StatusCode == HttpStatusCode.Unauthorized ? null : client;
            },
            "the new key is known",
            deadlineSeconds: 5
        );
    }
}
