using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Vigil.Simulators;

/// <summary>Takes connections of this machine until it is disposed, which waits for those that are served.</summary>
internal sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _underway = new();
    private Task _accepting = Task.CompletedTask;

    /// <param name="port">0: any that is free.</param>
    public LoopbackListener(int port)
    {
        Stop = _stop.Token;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cancelled when it ends.</summary>
    public CancellationToken Stop { get; }

    /// <summary>From now on; what waited is served first.</summary>
    public void Begin(Func<Socket, Task> serve) => _accepting = AcceptAsync(serve);

    private async Task AcceptAsync(Func<Socket, Task> serve)
    {
        while (!Stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(Stop);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }
            var serving = serve(socket);
            _underway[serving] = true;
            _ = serving.ContinueWith(
                task => _underway.TryRemove(task, out _),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Stop.IsCancellationRequested)
        {
            return;
        }
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_underway.Keys);
        _stop.Dispose();
    }
}
