using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

/// <summary>A server whose time is moved by hand and that may call the ports it is told.</summary>
internal sealed class DeliveryServer : IAsyncDisposable
{
    private static readonly Actor Feature = Actor.Machine(
        TenantId.Default,
        "test feature",
        Permission.ScanSubmit,
        Permission.OutboxManage,
        Permission.AlertRead
    );

    private readonly TestServer _server;

    private DeliveryServer(TestServer server, ManualTime time) => (_server, Time) = (server, time);

    public ManualTime Time { get; }

    public HttpClient Client => _server.Client;

    public TestServer Whole => _server;

    public IServiceProvider Services => _server.Server.Services;

    public Db Db => Services.GetRequiredService<Db>();

    public static async Task<DeliveryServer> StartAsync(int[] ports, string? alarmCommand = null)
    {
        var time = new ManualTime();
        var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Time = time,
                Outbound = new OutboundOptions
                {
                    Allow = [.. ports.Select(port => $"127.0.0.1:{port}")],
                    CallTimeout = TimeSpan.FromSeconds(2),
                },
                Alarms = new AlarmOptions
                {
                    Command = alarmCommand,
                    CommandTimeout = TimeSpan.FromSeconds(3),
                },
            }
        );
        return new DeliveryServer(server, time);
    }

    public async Task<(Guid Id, string Secret)> AddWebhookAsync(string url, params string[] types)
    {
        var made = await PostAsync("/v1/webhooks", new { url, types });
        return (made.GetProperty("id").GetGuid(), made.GetProperty("secret").GetString()!);
    }

    /// <summary>As a feature does it: in a transaction of its own.</summary>
    public Task PublishAsync(string type, string subject = "s") =>
        Db.WriteAsync(
            Feature,
            Permission.ScanSubmit,
            async tx =>
            {
                await tx.PublishAsync(new OutboxEvent(type, subject, new { What = "a test" }));
                return true;
            }
        );

    public Task RaiseAsync(Alarm alarm) =>
        Db.WriteAsync(
            Feature,
            Permission.ScanSubmit,
            async tx =>
            {
                await tx.RaiseAlarmAsync(alarm);
                return true;
            }
        );

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        var json = await TestServer.JsonOf(response);
        return response.IsSuccessStatusCode ? json : throw new InvalidOperationException($"{path}: {json}");
    }

    public async Task<JsonElement> PostAsync(string path, object? body = null)
    {
        using var response = await Client.PostAsJsonAsync(path, body ?? new { });
        if (response.StatusCode == System.Net.HttpStatusCode.NoContent)
        {
            return default;
        }
        var json = await TestServer.JsonOf(response);
        return response.IsSuccessStatusCode ? json : throw new InvalidOperationException($"{path}: {json}");
    }

    public async Task<JsonElement[]> DeliveriesAsync(string state) =>
        [.. (await GetAsync($"/v1/outbox?state={state}")).GetProperty("deliveries").EnumerateArray()];

    public async Task<JsonElement[]> AlarmsAsync() =>
        [.. (await GetAsync("/v1/alarms")).GetProperty("alarms").EnumerateArray()];

    public static Task UntilAsync(Func<bool> isSo, string what, int deadlineSeconds = 20) =>
        TestServer.EventuallyAsync(() => Task.FromResult(isSo() ? "yes" : null), what, deadlineSeconds);

    public static Task UntilAsync(Func<Task<bool>> isSo, string what, int deadlineSeconds = 20) =>
        TestServer.EventuallyAsync(async () => await isSo() ? "yes" : null, what, deadlineSeconds);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
