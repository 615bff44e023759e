using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>What a second person reads of what waits, in the word that comes back with the confirmation.</summary>
internal static class Reads
{
    public static async Task<string?> ReadOfAsync(this Tx tx, string action, string about) =>
        (await SecondPerson.FindAsync(tx, action, about))?.Read;

    public static Task<string?> ReadOfAsync(this TestServer server, string action, string about) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, tx => tx.ReadOfAsync(action, about));
}
