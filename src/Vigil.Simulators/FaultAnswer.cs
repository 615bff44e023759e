using System.Net.Sockets;
using System.Text;

namespace Vigil.Simulators;

/// <summary>What each fault writes on the wire.</summary>
internal static class FaultAnswer
{
    /// <summary>Writes an answer, or does not.</summary>
    public delegate Task Write(NetworkStream stream, Socket socket, CancellationToken stop);

    private const string Ok = "HTTP/1.1 200 OK\r\nConnection: close\r\n";

    public static Write Of(ReceiverFault fault, int port) =>
        fault switch
        {
            ReceiverFault.Error => Status(500),
            ReceiverFault.Busy => Status(503, "Retry-After: 2\r\n"),
            ReceiverFault.NotFound => Status(404),
            ReceiverFault.Gone => Status(410),
            ReceiverFault.Unauthorized => Status(401),
            ReceiverFault.Redirect => Status(307, $"Location: http://127.0.0.1:{port}/elsewhere\r\n"),
            ReceiverFault.Hang => HangAsync,
            ReceiverFault.Slow => SlowAsync,
            ReceiverFault.Reset => ResetAsync,
            ReceiverFault.Garbage => (stream, _, stop) =>
                WriteAsync(stream, "\0\x01 what is this\r\n\r\n", stop),
            ReceiverFault.Huge => HugeAsync,
            ReceiverFault.Drip => DripAsync,
            ReceiverFault.WrongContent => (stream, _, stop) =>
                WriteAsync(stream, Ok + "Content-Type: text/html\r\nContent-Length: 999\r\n\r\n<html", stop),
            ReceiverFault.HugeHeaders => HugeHeadersAsync,
            _ => Status(204),
        };

    public static Write Status(int status, string headers = "") =>
        (stream, _, stop) =>
            WriteAsync(
                stream,
                $"HTTP/1.1 {status} Simulated\r\nConnection: close\r\nContent-Length: 0\r\n{headers}\r\n",
                stop
            );

    /// <summary>Until the caller has had enough.</summary>
    public static async Task HangAsync(NetworkStream stream, Socket socket, CancellationToken stop)
    {
        var rest = new byte[1024];
        while (await stream.ReadAsync(rest, stop) > 0)
        {
            // Whatever else it says is not answered either.
        }
    }

    private static async Task SlowAsync(NetworkStream stream, Socket socket, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(500), stop);
        await Status(200)(stream, socket, stop);
    }

    public static Task ResetAsync(NetworkStream stream, Socket socket, CancellationToken stop)
    {
        // Linger 0: the other side sees a reset, not an end.
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
        return Task.CompletedTask;
    }

    private static async Task HugeAsync(NetworkStream stream, Socket socket, CancellationToken stop)
    {
        await WriteAsync(stream, Ok + "Content-Length: 1099511627776\r\n\r\n", stop);
        for (var piece = new byte[64 * 1024]; ; )
        {
            await stream.WriteAsync(piece, stop);
        }
    }

    private static async Task DripAsync(NetworkStream stream, Socket socket, CancellationToken stop)
    {
        await WriteAsync(stream, Ok + "Content-Length: 1000\r\n\r\n", stop);
        while (true)
        {
            await stream.WriteAsync(new byte[1], stop);
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
        }
    }

    private static async Task HugeHeadersAsync(NetworkStream stream, Socket socket, CancellationToken stop)
    {
        await WriteAsync(stream, "HTTP/1.1 200 OK\r\n", stop);
        for (var number = 0; ; number++)
        {
            await WriteAsync(stream, $"X-Filler-{number}: {new string('x', 1000)}\r\n", stop);
        }
    }

    private static async Task WriteAsync(NetworkStream stream, string text, CancellationToken stop) =>
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop);
}
