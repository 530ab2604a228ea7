typedef unsigned long u64; typedef unsigned int u32; typedef unsigned char u8;
static u8 sieve[1<<20]; static u32 data[1<<16]; static double a[96*96], b[96*96], c[96*96]; static u8 text[1<<16]; static u32 next_[1<<16];
__attribute__((noinline)) static u32 primes(void){ u32 n=0; for(u64 i=0;i<sizeof sieve;i++) sieve[i]=1; for(u64 i=2;i<sizeof sieve;i++){ if(!sieve[i]) continue; n++; for(u64 j=i*2;j<sizeof sieve;j+=i) sieve[j]=0;} return n; }
__attribute__((noinline)) static void sort(u32*p,long lo,long hi){ while(lo<hi){ u32 x=p[(lo+hi)/2]; long i=lo,j=hi; while(i<=j){ while(p[i]<x) i++; while(p[j]>x) j--; if(i<=j){u32 t=p[i];p[i]=p[j];p[j]=t;i++;j--;} } if(j-lo<hi-i){ sort(p,lo,j); lo=i;} else { sort(p,i,hi); hi=j; } } }
__attribute__((noinline)) static void mul(void){ for(int i=0;i<96;i++) for(int j=0;j<96;j++){ double s=0; for(int k=0;k<96;k++) s+=a[i*96+k]*b[k*96+j]; c[i*96+j]=s; } }
__attribute__((noinline)) static u32 crc(void){ u32 h=~0u; for(u64 i=0;i<sizeof text;i++){ h^=text[i]; for(int k=0;k<8;k++) h=h>>1^(0xedb88320u&-(h&1)); } return h; }
__attribute__((noinline)) static u32 chase(void){ u32 p=0; for(int i=0;i<1<<20;i++) p=next_[p]; return p; }
__attribute__((export_name("_start"))) void start(void){ u32 s=1,r=0; for(int n=0;n<N;n++){ 
 for(int i=0;i<1<<16;i++){ s=s*1664525+1013904223; data[i]=s; text[i]=s>>24; next_[i]=(i*40503u+7919)&65535; } for(int i=0;i<96*96;i++){a[i]=i%7;b[i]=i%5;}
 r+=primes(); sort(data,0,(1<<16)-1); for(int i=1;i<1<<16;i++) if(data[i-1]>data[i]) __builtin_trap(); mul(); r+=(u32)c[97]; r+=crc(); r+=chase(); } if(r==0x12345) __builtin_trap(); }
