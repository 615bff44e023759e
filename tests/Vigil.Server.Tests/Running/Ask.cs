using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Tests.Running;

/// <summary>What the tests of faults ask a server again and again.</summary>
internal static class Ask
{
    private static readonly Actor Writer = Actor.Machine(
        TenantId.Default,
        "fault test",
        Permission.SettingsRead,
        Permission.SettingsWrite
    );

    /// <summary>Waits until readiness has this status; the answer, and how long it took.</summary>
    public static async Task<(JsonElement Ready, double Seconds)> UntilReadyIsAsync(
        HttpClient client,
        HttpStatusCode status,
        int deadlineSeconds = 20
    )
    {
        var began = TimeProvider.System.GetTimestamp();
        var text = await TestServer.EventuallyAsync(
            async () =>
            {
                var answer = await client.GetAsync("/health/ready");
                return answer.StatusCode == status ? await answer.Content.ReadAsStringAsync() : null;
            },
            $"readiness {(int)status}",
            deadlineSeconds
        );
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        return (JsonDocument.Parse(text).RootElement, seconds);
    }

    public static JsonElement Part(JsonElement ready, string name) =>
        ready
            .GetProperty("parts")
            .EnumerateArray()
            .Single(part => part.GetProperty("name").GetString() == name);

    /// <summary>A privileged act, as a feature would do it.</summary>
    public static Task<bool> WriteAsync(VigilServer server, string name, string value) =>
        Db(server)
            .ActAsync(
                Writer,
                Permission.SettingsWrite,
                async tx =>
                {
                    await TenantSettings.SetAsync(tx, name, value);
                    return true;
                }
            );

    public static Task<string?> ReadAsync(VigilServer server, string name) =>
        Db(server).ReadAsync(Writer, Permission.SettingsRead, tx => TenantSettings.FindAsync(tx, name));

    /// <summary>Whether this build has a route.</summary>
    public static async Task<bool> HasAsync(HttpClient client, string path) =>
        (await client.GetStringAsync("/openapi/v1.json")).Contains($"\"{path}\"", StringComparison.Ordinal);

    private static Db Db(VigilServer server) => server.Services.GetRequiredService<Db>();
}
