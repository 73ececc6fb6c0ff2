package swage.e2e;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.hdfs.protocol.proto.AclProtos;
import org.apache.hadoop.hdfs.protocol.proto.ClientNamenodeProtocolProtos;
import org.apache.hadoop.hdfs.protocol.proto.HdfsProtos;
import org.apache.hadoop.hdfs.protocolPB.ClientNamenodeProtocolPB;
import org.apache.hadoop.hdfs.protocolPB.PBHelperClient;
import org.apache.hadoop.hdfs.security.token.delegation.DelegationTokenIdentifier;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.ipc.ProtobufRpcEngine2;
import org.apache.hadoop.ipc.RPC;
import org.apache.hadoop.ipc.Server;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.proto.SecurityProtos;
import org.apache.hadoop.security.token.Token;
import org.apache.hadoop.security.token.TokenIdentifier;
import org.apache.hadoop.security.token.delegation.AbstractDelegationTokenSecretManager;
import org.apache.hadoop.thirdparty.protobuf.ByteString;
import org.apache.hadoop.util.DataChecksum;

/**
 * What HDFS clients take for a name node: Hadoop's own RPC server, which lets in whoever has a ticket of Kerberos
 * or a delegation token that it gave out, and says who called. "/" is a folder, and everything else an empty file;
 * the owner of each is who asks, the group by what they were let in.
 *
 * Written for Janino, the compiler among Spark's jars: no lambdas, and no type parameters.
 */
public class NameNode implements InvocationHandler {
  private static final long DAY = 24L * 60 * 60 * 1000;
  private final Tokens tokens = new Tokens();

  public static void main(String[] args) throws Exception {
    Configuration conf = new Configuration();
    UserGroupInformation.setConfiguration(conf);
    UserGroupInformation.loginUserFromKeytab(conf.get("dfs.namenode.kerberos.principal"), conf.get("dfs.namenode.keytab.file"));
    new NameNode().serve(conf, args[0], Integer.parseInt(args[1]));
  }

  private void serve(Configuration conf, String address, int port) throws Exception {
    tokens.startThreads();
    RPC.setProtocolEngine(conf, ClientNamenodeProtocolPB.class, ProtobufRpcEngine2.class);
    Class calls = ClientNamenodeProtocolProtos.ClientNamenodeProtocol.BlockingInterface.class;
    Object answers = Proxy.newProxyInstance(calls.getClassLoader(), new Class[] {calls}, this);
    Server server = new RPC.Builder(conf).setProtocol(ClientNamenodeProtocolPB.class)
        .setInstance(ClientNamenodeProtocolProtos.ClientNamenodeProtocol.newReflectiveBlockingService(
            (ClientNamenodeProtocolProtos.ClientNamenodeProtocol.BlockingInterface) answers))
        .setBindAddress(address).setPort(port).setNumHandlers(2).setSecretManager(tokens).build();
    server.start();
    server.join();
  }

  public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
    UserGroupInformation caller = Server.getRemoteUser();
    UserGroupInformation real = caller.getRealUser();
    System.out.println("CALL " + method.getName() + " " + caller.getShortUserName() + " "
        + (real == null ? "-" : real.getShortUserName()) + " " + caller.getAuthenticationMethod() + " " + Server.getRemoteAddress());
    String name = method.getName();
    if (name.equals("getFileInfo")) {
      String path = ((ClientNamenodeProtocolProtos.GetFileInfoRequestProto) args[1]).getSrc();
      return ClientNamenodeProtocolProtos.GetFileInfoResponseProto.newBuilder().setFs(file(path, caller)).build();
    }
    if (name.equals("getBlockLocations")) {
      return ClientNamenodeProtocolProtos.GetBlockLocationsResponseProto.newBuilder().setLocations(
          HdfsProtos.LocatedBlocksProto.newBuilder().setFileLength(0).setUnderConstruction(false).setIsLastBlockComplete(true)).build();
    }
    if (name.equals("getServerDefaults")) {
      return ClientNamenodeProtocolProtos.GetServerDefaultsResponseProto.newBuilder().setServerDefaults(PBHelperClient.convert(
          new FsServerDefaults(1 << 27, 512, 1 << 16, (short) 1, 1 << 12, false, 0L, DataChecksum.Type.CRC32C))).build();
    }
    if (name.equals("getDelegationToken")) {
      return give(caller, ((SecurityProtos.GetDelegationTokenRequestProto) args[1]).getRenewer());
    }
    if (name.equals("renewDelegationToken")) {
      SecurityProtos.RenewDelegationTokenRequestProto asked = (SecurityProtos.RenewDelegationTokenRequestProto) args[1];
      return SecurityProtos.RenewDelegationTokenResponseProto.newBuilder().setNewExpiryTime(
          tokens.renewToken(PBHelperClient.convertDelegationToken(asked.getToken()), caller.getShortUserName())).build();
    }
    throw new UnsupportedOperationException(name);
  }

  /** give makes a delegation token, as HDFS does for those only who were not let in by one. */
  private Object give(UserGroupInformation caller, String renewer) throws Exception {
    if (caller.getAuthenticationMethod() == UserGroupInformation.AuthenticationMethod.TOKEN) {
      throw new java.io.IOException("a delegation token is given to who has a ticket");
    }
    UserGroupInformation real = caller.getRealUser();
    DelegationTokenIdentifier who = new DelegationTokenIdentifier(
        new Text(caller.getUserName()), new Text(renewer), real == null ? null : new Text(real.getUserName()));
    return SecurityProtos.GetDelegationTokenResponseProto.newBuilder().setToken(PBHelperClient.convert(new Token(who, tokens))).build();
  }

  private static HdfsProtos.HdfsFileStatusProto file(String path, UserGroupInformation caller) throws Exception {
    return HdfsProtos.HdfsFileStatusProto.newBuilder()
        .setFileType(path.equals("/") ? HdfsProtos.HdfsFileStatusProto.FileType.IS_DIR : HdfsProtos.HdfsFileStatusProto.FileType.IS_FILE)
        .setPath(ByteString.EMPTY).setLength(0).setModificationTime(0).setAccessTime(0).setBlockReplication(1).setBlocksize(1 << 27)
        .setPermission(AclProtos.FsPermissionProto.newBuilder().setPerm(0755))
        .setOwner(caller.getShortUserName()).setGroup(caller.getAuthenticationMethod().toString()).build();
  }

  static class Tokens extends AbstractDelegationTokenSecretManager {
    Tokens() {
      super(DAY, 7 * DAY, DAY, DAY / 24);
    }

    public TokenIdentifier createIdentifier() {
      return new DelegationTokenIdentifier();
    }
  }
}
