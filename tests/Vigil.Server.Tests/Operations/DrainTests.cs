using System.Net;
using System.Net.Sockets;
using System.Text;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Operations;

public sealed class DrainTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task After_sigterm_what_runs_is_finished_new_work_is_refused_and_the_exit_code_is_0()
    {
        await using var served = await ServedProcess.StartAsync(_folder["data"]);
        using var client = served.Client();
        await SkipWithoutFlagsAsync(client);
        // A form whose body is not all there yet: the request runs until it is.
        using var slow = await SlowForm.BeginAsync(served, served.FirstKey!);

        served.Signal(ServedProcess.SigTerm);

        var red = await TestServer.EventuallyAsync(
            () => AnsweredAsync(client, "/health/ready", HttpStatusCode.ServiceUnavailable),
            "red"
        );
        Assert.Contains("The server is ending.", red, StringComparison.Ordinal);
        var refused = await AnsweredAsync(client, "/v1/anything", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("\"draining\"", refused, StringComparison.Ordinal);
        Assert.NotNull(await AnsweredAsync(client, "/health/live", HttpStatusCode.OK));
        Assert.False(served.Process.HasExited);

        var answer = await slow.FinishAsync();

        Assert.DoesNotContain("503", answer, StringComparison.Ordinal);
        Assert.Equal(0, await served.EndAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task What_does_not_end_by_the_deadline_is_cut_off_and_the_exit_code_says_so()
    {
        await using var served = await ServedProcess.StartAsync(_folder["data"], ["--drain-seconds", "1"]);
        using var client = served.Client();
        await SkipWithoutFlagsAsync(client);
        using var slow = await SlowForm.BeginAsync(served, served.FirstKey!);

        served.Signal(ServedProcess.SigTerm);

        Assert.Equal(3, await served.EndAsync(20));
        Assert.Contains("cut off", served.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_idle_server_ends_at_once()
    {
        await using var served = await ServedProcess.StartAsync(_folder["data"]);
        var began = TimeProvider.System.GetTimestamp();

        served.Signal(ServedProcess.SigTerm);

        Assert.Equal(0, await served.EndAsync(20));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 10);
    }

    private static async Task SkipWithoutFlagsAsync(HttpClient client) =>
        Assert.SkipUnless(
            (await client.GetStringAsync("/openapi/v1.json")).Contains(
                "\"/v1/flags\"",
                StringComparison.Ordinal
            ),
            "Flags are not in this build, and nothing else reads a body slowly."
        );

    private static async Task<string?> AnsweredAsync(HttpClient client, string path, HttpStatusCode status)
    {
        var answer = await client.GetAsync(path);
        return answer.StatusCode == status ? await answer.Content.ReadAsStringAsync() : null;
    }

    /// <summary>
    /// A POST whose last byte comes when it is told to. It goes to a path that reads its body in any version: the
    /// flags of users.
    /// </summary>
    private sealed class SlowForm(TcpClient connection) : IDisposable
    {
        public static async Task<SlowForm> BeginAsync(ServedProcess served, string key)
        {
            var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, served.Address.Port);
            var head =
                $"POST /v1/flags HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            // "100 Continue" is sent when the handler begins to read.
            var begun = new byte[64];
            await connection.GetStream().ReadExactlyAsync(begun.AsMemory(0, 12));
            Assert.Equal("HTTP/1.1 100", Encoding.ASCII.GetString(begun, 0, 12));
            return new SlowForm(connection);
        }

        public async Task<string> FinishAsync()
        {
            await connection.GetStream().WriteAsync("{}"u8.ToArray());
            using var reader = new StreamReader(connection.GetStream(), leaveOpen: true);
            var line = await reader.ReadLineAsync();
            return string.IsNullOrEmpty(line) ? (await reader.ReadLineAsync())! : line;
        }

        public void Dispose() => connection.Dispose();
    }
}
