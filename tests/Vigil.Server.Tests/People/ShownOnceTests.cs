using System.Net;
using System.Text;
using System.Text.Json;
using Vigil.Server.Tests.Delivery;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>A secret is in the first answer alone: no repeat has it, and nothing keeps it.</summary>
public class ShownOnceTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_repeat_is_told_what_was_made_and_no_kept_answer_has_a_secret()
    {
        await using var server = await DeliveryServer.StartAsync([9]);
        var secrets = new List<string>();

        var key = new { label = "batch", scopes = new[] { "scan" } };
        secrets.Add(await OnceAsync(server, "/v1/keys", key, "secret", made => made.GetProperty("key")));
        var webhook = new { url = "http://127.0.0.1:9/" };
        secrets.Add(await OnceAsync(server, "/v1/webhooks", webhook, "secret"));
        var id = (await server.GetAsync("/v1/webhooks"))
            .GetProperty("webhooks")[0]
            .GetProperty("id")
            .GetGuid();
        secrets.Add(await OnceAsync(server, $"/v1/webhooks/{id}/rotate-secret", new { }, "secret"));
        var roles = new { roles = new[] { "admin" } };
        secrets.Add(await OnceAsync(server, "/v1/people/invitations", roles, "code"));

        Assert.Equal(4, secrets.Distinct().Count());
        foreach (var kept in await KeptAsync(server))
        {
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, kept, StringComparison.Ordinal));
            Assert.StartsWith("409 {\"id\":", kept, StringComparison.Ordinal);
        }
        Assert.Equal(4, (await KeptAsync(server)).Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_invitation_that_waits_has_no_code_and_is_answered_again_as_it_was()
    {
        await using var server = await DeliveryServer.StartAsync([9]);
        using var one = await ConsoleUser.SetUpAsync(server.Whole);
        using var two = await ConsoleUser.InviteAsync(server.Whole, "an.admin", "admin");
        var (first, made) = await SendAsync(
            server,
            "/v1/people/invitations",
            new { roles = new[] { "reviewer" } }
        );
        var (again, same) = await SendAsync(
            server,
            "/v1/people/invitations",
            new { roles = new[] { "reviewer" } }
        );

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first, again));
        Assert.Equal(JsonValueKind.Null, made.GetProperty("code").ValueKind);
        Assert.Equal(made.ToString(), same.ToString());
    }

    /// <returns>The secret of the first answer.</returns>
    private static async Task<string> OnceAsync(
        DeliveryServer server,
        string path,
        object body,
        string secret,
        Func<JsonElement, JsonElement>? of = null
    )
    {
        var (status, made) = await SendAsync(server, path, body);
        Assert.True((int)status is 200 or 201, $"{path}: {status}");
        for (var time = 0; time < 2; time++)
        {
            var (refused, told) = await SendAsync(server, path, body);
            Assert.Equal(HttpStatusCode.Conflict, refused);
            Assert.Equal("secret_shown_once", told.GetProperty("code").GetString());
            Assert.Equal(
                (of?.Invoke(made) ?? made).GetProperty("id").GetString(),
                told.GetProperty("id").GetString()
            );
        }
        return made.GetProperty(secret).GetString()!;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(
        DeliveryServer server,
        string path,
        object body
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = ConsoleUser.JsonContent(body),
            Headers =
            {
                { "Idempotency-Key", Convert.ToHexString(JsonSerializer.SerializeToUtf8Bytes(body)) },
            },
        };
        using var response = await server.Client.SendAsync(request);
        return (response.StatusCode, await TestServer.JsonOf(response));
    }

    /// <summary>Status and body, opened as a repeat would open them.</summary>
    private static Task<IReadOnlyList<string>> KeptAsync(DeliveryServer server) =>
        server.Db.SystemAsync(
            "test",
            isWrite: false,
            async tx =>
                (IReadOnlyList<string>)
                    [
                        .. (await tx.QueryAsync<Kept>("select key, status, answer from idempotency")).Select(
                            row =>
                                $"{row.Status} "
                                + Encoding.UTF8.GetString(
                                    tx.Secrets.Sealer("kept answer").Open(row.Answer, row.Key)
                                )
                        ),
                    ]
        );

    private sealed class Kept
    {
        public byte[] Key { get; init; } = [];
        public int Status { get; init; }
        public byte[] Answer { get; init; } = [];
    }
}
