using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Vigil.Files;
using Vigil.Media;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>The server cannot start; the message says what to do, and the stack trace tells nobody more.</summary>
/// <param name="message">For the operator.</param>
/// <param name="isSetting">A setting is wrong: nothing was touched.</param>
public sealed class ServerStartException(string message, bool isSetting = false, Exception? inner = null)
    : Exception(message, inner)
{
    public bool IsSetting { get; } = isSetting;

    internal static ServerStartException Setting(string message) => new(message, isSetting: true);

    /// <summary>Null: an error that nobody foresaw, whose trace is wanted.</summary>
    internal static ServerStartException? Of(Exception e, ServerOptions options) =>
        e switch
        {
            ServerStartException known => known,
            DatabaseUnavailableException => new($"The database cannot be used. {e.Message}", inner: e),
            FileInUseException or KeyRingException => new(e.Message, inner: e),
            IOException { InnerException: AddressInUseException } => new(
                $"{string.Join(", ", options.Urls)} is in use by another program: "
                    + "end it, or choose another with --urls.",
                inner: e
            ),
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable }
            or IOException
            {
                InnerException: SocketException { SocketErrorCode: SocketError.AddressNotAvailable }
            } => new(
                $"This machine has no address of {string.Join(", ", options.Urls)}: correct --urls.",
                inner: e
            ),
            SocketException { SocketErrorCode: SocketError.AccessDenied } => new(
                "Ports below 1024 are not for this user: choose another with --urls, or put a proxy before it.",
                inner: e
            ),
            IOException => new(e.Message, inner: e),
            UnauthorizedAccessException => new(
                $"{e.Message} Run as a user that may, or choose another folder with --data.",
                inner: e
            ),
            // The kernel's own refusals: another profile, another's keys, newer tables.
            InvalidOperationException when e.TargetSite?.DeclaringType?.Assembly == typeof(Db).Assembly =>
                new(e.Message, inner: e),
            MediaSandboxException => new(e.Message, inner: e),
            _ => null,
        };
}
